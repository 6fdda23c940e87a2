using System.ComponentModel;
using System.Security.Cryptography;
using System.Text.Json.Serialization;
using Outreach.Tool.Import.Columns;
using Outreach.Tool.Import.Tables;

namespace Outreach.Tool.Import.Mapping;

/// <summary>What every mapping file says.</summary>
public abstract record ImportMapping
{
    [JsonPropertyName("$schema")]
    [JsonPropertyOrder(-1)]
    [Description("The JSON schema that an editor checks the file with: mapping.schema.json.")]
    public string Schema { get; init; } = "";

    [JsonPropertyOrder(-1)]
    [Description("What the file imports; the same word as the command: sites, products, receipts, encounters or refills.")]
    public string Kind { get; init; } = "";

    [JsonPropertyOrder(-1)]
    [Description("Comments for people. The tool does not read them.")]
    public IReadOnlyList<string> Comments { get; init; } = [];

    [JsonPropertyOrder(-1)]
    [Description("A name for where the rows come from, 1 to 100 characters. Record ids are made from it: never change it between imports.")]
    public string Source { get; init; } = "";

    [JsonPropertyOrder(-1)]
    [Description("""
        The columns that tell a row apart in its source, such as an id. Record ids are made from them, so that a row that was edited
        is recognised. Without them a row is told apart by all that it says, and an edited row is a new record.
        """)]
    public IReadOnlyList<string> RowKey { get; init; } = [];

    [JsonPropertyOrder(-1)]
    [Description("Texts that mean \"no value\", such as NA. An empty cell has no value in any case.")]
    public IReadOnlyList<string> BlankValues { get; init; } = [];

    [JsonPropertyOrder(-1)]
    [Description("Columns that are not used, each with the reason.")]
    public IReadOnlyDictionary<string, string> UnusedColumns { get; init; } = new Dictionary<string, string>();

    [JsonPropertyOrder(-1)]
    [Description("Rows that are left out, for example cancelled visits.")]
    public IReadOnlyList<RowFilter> ExcludeRows { get; init; } = [];

    [JsonPropertyOrder(-1)]
    [Description("The character between the fields of a text file: \",\", \";\", \"|\" or \"\\t\". Detected if absent.")]
    public string FieldSeparator { get; init; } = "";

    [JsonPropertyOrder(-1)]
    [Description("The encoding of a text file, for example windows-1252 or ibm850. Detected if absent: UTF-8, UTF-16 or Windows-1252.")]
    public string Encoding { get; init; } = "";

    [JsonPropertyOrder(-1)]
    [Description("The sheet of a workbook. The first if absent.")]
    public string Sheet { get; init; } = "";

    [JsonPropertyOrder(-1)]
    [Description("The decimal separator of numbers, \".\" or \",\".")]
    public string DecimalSeparator { get; init; } = ".";

    [JsonPropertyOrder(-1)]
    [Description("The separator between groups of three digits, for example \",\". None if absent.")]
    public string ThousandsSeparator { get; init; } = "";

    /// <summary>The rules by their properties; null where the mapping has none.</summary>
    protected abstract IEnumerable<(string Path, IColumnRule? Rule)> Rules { get; }

    /// <summary>The columns that are read.</summary>
    [JsonIgnore]
    public IEnumerable<string> ColumnsRead =>
        Rules.Where(r => r.Rule is not null).SelectMany(r => r.Rule!.Columns).Concat(ExcludeRows.Select(f => f.Column))
            .Concat(RowKey).Concat(ExtraColumns).Distinct();

    /// <summary>How the file is to be read.</summary>
    [JsonIgnore]
    public TableFormat TableFormat => new()
    {
        BlankValues = BlankValues,
        Numbers = new NumberFormat(DecimalSeparator, ThousandsSeparator),
        FieldSeparator = FieldSeparator,
        Encoding = Encoding,
        Sheet = Sheet,
        Columns = [.. ColumnsRead.Concat(UnusedColumns.Keys)],
    };

    /// <summary>Columns that are read by something other than a rule.</summary>
    protected virtual IEnumerable<string> ExtraColumns => [];

    /// <summary>Adds what is wrong with the mapping.</summary>
    public virtual void Check(MappingErrors errors)
    {
        errors.Require("source", Source);
        if (Source.Length > 100)
            errors.Add("source", $"has at most 100 characters; this has {Source.Length}");
        if (FieldSeparator.Length > 1)
            errors.Add("field_separator", "is one character");
        if (Encoding.Length > 0 && !TextDecoder.IsKnown(Encoding))
            errors.Add("encoding", $"is the name of a character encoding, such as windows-1252; this is '{Encoding}'");
        if (DecimalSeparator is not ("." or ","))
            errors.Add("decimal_separator", "is \".\" or \",\"");
        if (ThousandsSeparator.Length > 1 || ThousandsSeparator == DecimalSeparator)
            errors.Add("thousands_separator", "is one character, another than decimal_separator");
        foreach (var (path, rule) in Rules.Concat(EncounterMapping.Each("exclude_rows", ExcludeRows)))
            rule?.Check(path, errors);
    }

    /// <summary>What tells a row apart in its source; empty if all its key columns are empty.</summary>
    public string KeyOf(Row row)
    {
        if (RowKey.Count == 0)
            return $"content {HashOf(row)}";
        var parts = RowKey.Select(row.RawValue).ToList();
        return parts.All(p => p.Length == 0) ? "" : string.Join('/', parts);
    }

    private static string HashOf(Row row)
    {
        var content = string.Concat(row.Content.Select(c => $"{c.Column.Length}:{c.Column}{c.Text.Length}:{c.Text}"));
        return Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(content)).AsSpan(0, 16));
    }
}
