using System.Globalization;
using NodaTime;

namespace Outreach.Tool.Import.Tables;

/// <summary>How a file writes numbers.</summary>
/// <param name="DecimalSeparator">"." or ",".</param>
/// <param name="ThousandsSeparator">The character between groups of three digits; empty where the file has none.</param>
public sealed record NumberFormat(string DecimalSeparator, string ThousandsSeparator)
{
    private const decimal MaxShown = 999_999;
    private const int MaxShownLength = 10;

    /// <summary>A point and no thousands separator: "1,2" is two answers and no number.</summary>
    public static NumberFormat Invariant { get; } = new(".", "");

    /// <summary>Reads a number.</summary>
    public bool TryParse(string text, out decimal number)
    {
        number = 0;
        return RemoveGroups(text) is { } plain
            && !(DecimalSeparator == "," && plain.Contains('.'))
            && decimal.TryParse(
                plain.Replace(DecimalSeparator, ".", StringComparison.Ordinal),
                NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint,
                CultureInfo.InvariantCulture,
                out number);
    }

    /// <summary>Writes a number as the file would.</summary>
    public string Write(double number) =>
        number.ToString("0.##########", CultureInfo.InvariantCulture).Replace(".", DecimalSeparator, StringComparison.Ordinal);

    /// <summary>A number for a message. One of more than six digits could be a telephone number and is only described.</summary>
    public static string Describe(decimal number) =>
        Math.Abs(number) <= MaxShown ? number.ToString(CultureInfo.InvariantCulture) : "a number of more than six digits";

    /// <summary>
    /// A text for a message: repeated where it has only digits, at most six, and signs; otherwise "it", because words could be
    /// about a person.
    /// </summary>
    public static string Quote(string text) =>
        text.Length <= MaxShownLength && text.Count(char.IsAsciiDigit) is > 0 and <= 6 && text.All(c => char.IsAsciiDigit(c) || ".,-+/:'~<>= ".Contains(c))
            ? $"'{text}'"
            : "it";

    /// <summary>The day that a spreadsheet may have written as this number, for a message; empty where that is unlikely.</summary>
    public static string SpreadsheetHint(decimal number)
    {
        if (number is < 36_526 or > 54_788 || decimal.Truncate(number) != number)
            return "";
        return $" (a spreadsheet writes {DayNumbers.FirstDay1900.PlusDays((int)number):uuuu-MM-dd} so)";
    }

    // Null where a group does not have three digits: "1,5" with a comma for thousands is no number.
    private string? RemoveGroups(string text)
    {
        if (ThousandsSeparator.Length == 0)
            return text;
        var point = text.IndexOf(DecimalSeparator, StringComparison.Ordinal);
        var (whole, fraction) = point < 0 ? (text, "") : (text[..point], text[point..]);
        var groups = whole.Split(ThousandsSeparator);
        return groups.Skip(1).All(g => g.Length == 3) && !fraction.Contains(ThousandsSeparator, StringComparison.Ordinal)
            ? string.Concat(groups) + fraction
            : null;
    }
}

/// <summary>The numbers that spreadsheets keep days as.</summary>
public static class DayNumbers
{
    /// <summary>Day 0 of the usual system. Its numbers are right from 1 March 1900 on.</summary>
    public static readonly LocalDate FirstDay1900 = new(1899, 12, 30);

    /// <summary>Day 0 of the system of old Macintosh spreadsheets.</summary>
    public static readonly LocalDate FirstDay1904 = new(1904, 1, 1);

    /// <summary>The date and time of a number; null where it is outside the years 1900 to 2199.</summary>
    public static LocalDateTime? ToDateTime(decimal number, LocalDate firstDay)
    {
        if (number is < 1 or > 109_574)
            return null;
        var seconds = (long)Math.Round((number - decimal.Truncate(number)) * 86_400);
        return firstDay.PlusDays((int)decimal.Truncate(number)).AtMidnight().PlusSeconds(seconds);
    }
}
