using NodaTime;
using NodaTime.Text;
using Outreach.Tool.Import.Tables;

namespace Outreach.Tool.Import.Columns;

/// <summary>Which numbers a spreadsheet keeps days as.</summary>
public enum DayNumberSystem
{
    /// <summary>A bare number is not a day.</summary>
    None,

    /// <summary>Days since 1899-12-30: Excel, LibreOffice, Google Sheets.</summary>
    From1900,

    /// <summary>Days since 1904-01-01: workbooks of old Macintosh versions of Excel.</summary>
    From1904,
}

/// <summary>What the columns with days and times share.</summary>
internal static class DatePatterns
{
    private static readonly LocalDateTimePattern IsoDateTime = LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm:ss");

    /// <summary>Adds an error if a pattern cannot be made.</summary>
    public static void Check(string path, Func<object> create, MappingErrors errors)
    {
        try
        {
            create();
        }
        catch (InvalidPatternException failure)
        {
            errors.Add(path, failure.Message);
        }
    }

    /// <summary>Reads what needs no pattern: a workbook's own date, written as ISO, or a day number where the mapping allows it.</summary>
    public static LocalDateTime? ReadUnambiguous(Row row, string text, DayNumberSystem system)
    {
        if (IsoDateTime.Parse(text) is { Success: true, Value: var moment })
            return moment;
        if (system == DayNumberSystem.None || !row.Numbers.TryParse(text, out var number))
            return null;
        return DayNumbers.ToDateTime(number, system == DayNumberSystem.From1904 ? DayNumbers.FirstDay1904 : DayNumbers.FirstDay1900);
    }

    /// <summary>The note for a text that is no date. Words are not repeated.</summary>
    public static string DescribeUnreadable(Row row, string text)
    {
        var hint = row.Numbers.TryParse(text, out var number) ? NumberFormat.SpreadsheetHint(decimal.Truncate(number)) : "";
        return hint.Length > 0
            ? $"{NumberFormat.Quote(text)} is a number{hint}; set day_numbers in the mapping to read it"
            : "it is not a date of the mapping's patterns";
    }
}
