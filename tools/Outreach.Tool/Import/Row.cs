namespace Outreach.Tool.Import;

/// <summary>A row of a CSV file.</summary>
public sealed class Row
{
    private readonly IReadOnlyDictionary<string, int> columns;
    private readonly string[] fields;
    private readonly IReadOnlySet<string> blank;

    private readonly bool badQuotes;

    internal Row(int number, IReadOnlyDictionary<string, int> columns, string[] fields, IReadOnlySet<string> blank, bool badQuotes)
    {
        Number = number;
        this.columns = columns;
        this.fields = fields;
        this.blank = blank;
        this.badQuotes = badQuotes;
    }

    /// <summary>Its number, from 1, the header not counted.</summary>
    public int Number { get; }

    /// <summary>Why it cannot be read at all; null where it can.</summary>
    public string? ParseError
    {
        get
        {
            if (badQuotes)
                return "a quote in it is not closed or not doubled; lines after it may have been read as part of it";
            return fields.Length == columns.Count ? null : $"it has {fields.Length} fields where the header has {columns.Count}";
        }
    }

    /// <summary>What a column says, without white space around it; null where it says nothing.</summary>
    public string? this[string column] => RawValue(column) is var text && blank.Contains(text) ? null : text;

    /// <summary>What a column says, also where the mapping reads it as nothing.</summary>
    public string RawValue(string column) => fields[columns[column]].Trim();
}
