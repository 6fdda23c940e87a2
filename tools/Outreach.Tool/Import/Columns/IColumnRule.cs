namespace Outreach.Tool.Import.Columns;

/// <summary>A mapping's way to read a column.</summary>
public interface IColumnRule
{
    /// <summary>The columns it reads.</summary>
    IEnumerable<string> Columns { get; }

    /// <summary>Says what is wrong with the rule itself.</summary>
    /// <param name="path">Its key in the mapping file.</param>
    /// <param name="problems">Where it is said.</param>
    void Check(string path, MappingErrors problems);
}

/// <summary>Gathers what is wrong with a mapping file, so that one message names it all.</summary>
public sealed class MappingErrors
{
    private readonly List<string> found = [];

    /// <summary>What is wrong, in the order of the file.</summary>
    public IReadOnlyList<string> All => found;

    /// <summary>Adds one.</summary>
    /// <param name="path">The key, for example "overdose_report.reversals.column".</param>
    /// <param name="why">What is wrong with it.</param>
    public void Add(string path, string why) => found.Add($"{path}: {why}");

    /// <summary>Adds one where a key that is needed is missing or empty.</summary>
    public void Require(string path, string? value)
    {
        if (string.IsNullOrWhiteSpace(value))
            Add(path, "it is required");
    }
}
