namespace Outreach.Tool.Import.Tables;

/// <summary>A row of a table.</summary>
public sealed class Row
{
    private readonly IReadOnlyDictionary<string, int> columns;
    private readonly string[] fields;
    private readonly IReadOnlySet<string> blankValues;

    internal Row(
        int number, IReadOnlyDictionary<string, int> columns, string[] fields, IReadOnlySet<string> blankValues, NumberFormat numbers, string? parseError)
    {
        Number = number;
        this.columns = columns;
        this.fields = fields;
        this.blankValues = blankValues;
        Numbers = numbers;
        ParseError = parseError;
    }

    /// <summary>Its number, from 1; the header is not counted, empty rows are.</summary>
    public int Number { get; }

    /// <summary>How it writes numbers.</summary>
    public NumberFormat Numbers { get; }

    /// <summary>Why the row cannot be read at all; null where it can.</summary>
    public string? ParseError { get; }

    /// <summary>The text of a column without white space around it; null where it has no value.</summary>
    public string? this[string column] => RawValue(column) is var text && blankValues.Contains(text) ? null : text;

    /// <summary>The text of a column, also where it is one of the blank values.</summary>
    public string RawValue(string column) => fields[columns[column]].Trim();

    /// <summary>The columns that are not empty, with their texts, in the order of their names: columns may be moved.</summary>
    public IEnumerable<(string Column, string Text)> Content =>
        columns.OrderBy(c => c.Key, StringComparer.Ordinal).Select(c => (c.Key, Text: fields[c.Value].Trim())).Where(c => c.Text.Length > 0);
}
