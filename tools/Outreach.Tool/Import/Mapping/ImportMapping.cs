using Outreach.Tool.Import.Columns;

namespace Outreach.Tool.Import.Mapping;

/// <summary>What every mapping file says.</summary>
public abstract record ImportMapping
{
    /// <summary>What it imports: "sites", "products", "encounters" or "refills".</summary>
    public string Imports { get; init; } = "";

    /// <summary>What its author has to say to people; the tool does not read it.</summary>
    public IReadOnlyList<string> About { get; init; } = [];

    /// <summary>Where the rows come from, 1 to 100 characters. Ids are made from it: another source is another record.</summary>
    public string Source { get; init; } = "";

    /// <summary>
    /// The columns that tell a row apart in its source; none: its number, so that rows may only ever be added at the end.
    /// </summary>
    public IReadOnlyList<string> RowKey { get; init; } = [];

    /// <summary>Texts that say nothing, such as "NA"; an empty field says nothing in any case.</summary>
    public IReadOnlyList<string> Blank { get; init; } = [];

    /// <summary>Columns that are not used, each with why.</summary>
    public IReadOnlyDictionary<string, string> NotCounted { get; init; } = new Dictionary<string, string>();

    /// <summary>The rules by their keys; null where the mapping has none.</summary>
    protected abstract IEnumerable<(string Path, IColumnRule? Rule)> Rules { get; }

    /// <summary>The columns that are read.</summary>
    public IEnumerable<string> ColumnsRead =>
        Rules.Where(r => r.Rule is not null).SelectMany(r => r.Rule!.Columns).Concat(RowKey).Concat(ExtraColumns).Distinct();

    /// <summary>Columns that are read by something other than a rule.</summary>
    protected virtual IEnumerable<string> ExtraColumns => [];

    /// <summary>Says what is wrong with the mapping.</summary>
    /// <param name="problems">Where it is said.</param>
    public virtual void Check(MappingErrors problems)
    {
        problems.Require("source", Source);
        if (Source.Length > 100)
            problems.Add("source", $"it has at most 100 characters; this has {Source.Length}");
        foreach (var (path, rule) in Rules)
            rule?.Check(path, problems);
    }

    /// <summary>What tells a row apart in its source.</summary>
    public string KeyOf(Row row) =>
        RowKey.Count == 0 ? $"row {row.Number}" : string.Join('/', RowKey.Select(row.RawValue));
}
