namespace Outreach.Tool.Import.Columns;

/// <summary>A mapping's way to read a column.</summary>
public interface IColumnRule
{
    /// <summary>The columns it reads.</summary>
    IEnumerable<string> Columns { get; }

    /// <summary>Adds what is wrong with the rule itself.</summary>
    /// <param name="path">Its place in the mapping file.</param>
    /// <param name="errors">The errors so far.</param>
    void Check(string path, MappingErrors errors);
}

/// <summary>Gathers what is wrong with a mapping file, so that one message names it all.</summary>
public sealed class MappingErrors
{
    private readonly List<string> found = [];

    /// <summary>The errors, in the order of the file.</summary>
    public IReadOnlyList<string> All => found;

    /// <summary>Adds one.</summary>
    /// <param name="path">The property, for example "overdose_report.reversals.column".</param>
    /// <param name="why">What is wrong with it.</param>
    public void Add(string path, string why) => found.Add($"{path}: {why}");

    /// <summary>Adds one if a property that is needed is missing or empty.</summary>
    public void Require(string path, string? value)
    {
        if (string.IsNullOrWhiteSpace(value))
            Add(path, "is required");
    }

    /// <summary>Adds one unless exactly one of two properties is set.</summary>
    public void RequireOne(string path, (string Name, string Value) first, (string Name, string Value) second)
    {
        if (first.Value.Length == 0 == (second.Value.Length == 0))
            Add(path, $"needs either {first.Name} or {second.Name}");
    }
}
