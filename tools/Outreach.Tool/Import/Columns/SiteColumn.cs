using System.ComponentModel;
using Outreach.Tool.Import.Tables;

namespace Outreach.Tool.Import.Columns;

/// <summary>The site of a row.</summary>
public sealed record SiteColumn : IColumnRule
{
    private Dictionary<string, string>? siteBySpelling;

    [Description("The id of the site of every row; instead of column.")]
    public string Constant { get; init; } = "";

    [Description("The column that names the site.")]
    public string Column { get; init; } = "";

    [Description("Text put before the column's text, in lower case, to make the site's id.")]
    public string Prefix { get; init; } = "";

    [Description("For each site id, how the file spells the site. Letter case and spaces do not matter.")]
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Spellings { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    [Description("For texts of the column, exactly as typed, that name no site: the site to use, and a note for each such row.")]
    public IReadOnlyDictionary<string, SubstituteSite> Substitutes { get; init; } = new Dictionary<string, SubstituteSite>();

    IEnumerable<string> IColumnRule.Columns => Column.Length == 0 ? [] : [Column];

    void IColumnRule.Check(string path, MappingErrors errors)
    {
        errors.RequireOne(path, ("constant", Constant), ("column", Column));
        foreach (var (text, substitute) in Substitutes)
        {
            errors.Require($"{path}.substitutes.{text}.site", substitute.Site);
            errors.Require($"{path}.substitutes.{text}.note", substitute.Note);
        }
        foreach (var twice in Normalized().GroupBy(s => s.Text).Where(g => g.Select(s => s.Site).Distinct().Count() > 1))
            errors.Add($"{path}.spellings", $"'{twice.Key}' is a spelling of {string.Join(" and ", twice.Select(s => s.Site))}");
    }

    /// <summary>The site's id; null where the row names none.</summary>
    public string? Read(Row row, RowNotes notes)
    {
        if (Constant.Length > 0)
            return Constant;
        if (Substitutes.TryGetValue(row.RawValue(Column), out var substitute))
        {
            notes.Add(Column, substitute.Note);
            return substitute.Site;
        }
        if (row[Column] is not { } text)
            return null;
        siteBySpelling ??= Normalized().DistinctBy(s => s.Text).ToDictionary(s => s.Text, s => s.Site);
        return siteBySpelling.GetValueOrDefault(Spelling.Normalize(text)) ?? Prefix + text.ToLowerInvariant();
    }

    private IEnumerable<(string Text, string Site)> Normalized() =>
        Spellings.SelectMany(s => s.Value.Select(text => (Spelling.Normalize(text), s.Key)));
}

/// <summary>The site for rows that name none.</summary>
public sealed record SubstituteSite
{
    [Description("The id of the site.")]
    public string Site { get; init; } = "";

    [Description("What is noted with each such row.")]
    public string Note { get; init; } = "";
}
