namespace Outreach.Tool.Import.Columns;

/// <summary>Which site a row belongs to: always the same, or by a column.</summary>
public sealed record SiteColumn : IColumnRule
{
    /// <summary>The site of every row; empty where a column says it.</summary>
    public string Always { get; init; } = "";

    /// <summary>The column; empty where it is always the same.</summary>
    public string Column { get; init; } = "";

    /// <summary>What stands before the column's text, in lower case, to make the site's id.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>Sites for texts of the column, as typed, that name no site.</summary>
    public IReadOnlyDictionary<string, SubstituteSite> Instead { get; init; } = new Dictionary<string, SubstituteSite>();

    IEnumerable<string> IColumnRule.Columns => Column.Length == 0 ? [] : [Column];

    void IColumnRule.Check(string path, MappingErrors problems)
    {
        if (Always.Length == 0 == (Column.Length == 0))
            problems.Add(path, "it needs either always or column");
        foreach (var (text, instead) in Instead)
        {
            problems.Require($"{path}.instead.{text}.site", instead.Site);
            problems.Require($"{path}.instead.{text}.note", instead.Note);
        }
    }

    /// <summary>The site's id; null where the row names none.</summary>
    public string? Read(Row row, RowNotes notes)
    {
        if (Always.Length > 0)
            return Always;
        if (Instead.TryGetValue(row.RawValue(Column), out var instead))
        {
            notes.Add(Column, instead.Note);
            return instead.Site;
        }
        return row[Column] is { } text ? Prefix + text.ToLowerInvariant() : null;
    }
}

/// <summary>A site for rows that name none.</summary>
public sealed record SubstituteSite
{
    /// <summary>Its id.</summary>
    public string Site { get; init; } = "";

    /// <summary>What is noted with each such row.</summary>
    public string Note { get; init; } = "";
}
