using System.Globalization;
using NodaTime;

namespace Outreach.Tool.Import.Columns;

/// <summary>Reads numbers as people type them, and says what is wrong with one without repeating text that is not a number.</summary>
public static class NumberText
{
    private const decimal MaxShown = 999_999;
    private static readonly LocalDate SpreadsheetEpoch = new(1899, 12, 30);

    /// <summary>Reads a number with '.' as decimal point and no thousands separator: "1,2" is two answers and no number.</summary>
    public static bool TryParse(string text, out decimal number) =>
        decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number);

    /// <summary>A number for a message; one of more than six digits could be a telephone number and is only described.</summary>
    public static string Format(decimal number) =>
        Math.Abs(number) <= MaxShown ? number.ToString(CultureInfo.InvariantCulture) : "a number of more than six digits";

    /// <summary>
    /// What a number may be that a spreadsheet has made of a date: " (a spreadsheet writes 2018-01-01 so)"; empty where unlikely.
    /// </summary>
    public static string SpreadsheetHint(decimal number)
    {
        if (number is < 36_526 or > 54_788 || decimal.Truncate(number) != number)
            return "";
        return $" (a spreadsheet writes {SpreadsheetEpoch.PlusDays((int)number):uuuu-MM-dd} so)";
    }
}
