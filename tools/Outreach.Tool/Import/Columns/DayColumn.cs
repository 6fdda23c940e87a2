using System.ComponentModel;
using NodaTime.Text;
using Outreach.Tool.Import.Tables;

namespace Outreach.Tool.Import.Columns;

/// <summary>A column with a day.</summary>
public sealed record DayColumn : IColumnRule
{
    [Description("The column.")]
    public string Column { get; init; } = "";

    [Description("How the column writes days, as Noda Time patterns; the first that fits is used. Days of a workbook's own are read in any case.")]
    public IReadOnlyList<string> Patterns { get; init; } = ["uuuu-MM-dd"];

    [Description("Read bare numbers as a spreadsheet's day numbers.")]
    public DayNumberSystem DayNumbers { get; init; }

    IEnumerable<string> IColumnRule.Columns => [Column];

    void IColumnRule.Check(string path, MappingErrors errors)
    {
        errors.Require($"{path}.column", Column);
        foreach (var (i, pattern) in Patterns.Index())
            DatePatterns.Check($"{path}.patterns[{i}]", () => LocalDatePattern.CreateWithInvariantCulture(pattern), errors);
    }

    /// <summary>The day as the API writes it; empty where the column has no value; the text itself where it cannot be read, which is noted.</summary>
    public string Read(Row row, RowNotes notes)
    {
        if (row[Column] is not { } text)
            return "";
        var day = Patterns.Select(p => LocalDatePattern.CreateWithInvariantCulture(p).Parse(text)).FirstOrDefault(p => p.Success)?.Value
            ?? DatePatterns.ReadUnambiguous(row, text, DayNumbers)?.Date;
        if (day is not null)
            return LocalDatePattern.Iso.Format(day.Value);
        notes.Add(Column, DatePatterns.DescribeUnreadable(row, text));
        return UnreadableDay;
    }

    /// <summary>What is sent for a day that cannot be read, so that the server holds or refuses the record.</summary>
    public const string UnreadableDay = "unreadable";
}
