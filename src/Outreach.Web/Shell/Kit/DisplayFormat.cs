using System.Globalization;

namespace Outreach.Web.Shell.Kit;

/// <summary>Formats numbers and words for the screen.</summary>
public static class DisplayFormat
{
    /// <summary>A whole number with thousands separators, "12,345".</summary>
    public static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture).Replace('-', '−');

    /// <summary>A change with its sign, "+12" or "−3".</summary>
    public static string Change(long value) => value > 0 ? "+" + Number(value) : Number(value);

    /// <summary>A number with the singular or the plural word, "1 minute" or "2 minutes".</summary>
    public static string Count(long count, string one, string many) => $"{Number(count)} {(count == 1 ? one : many)}";

    /// <summary>The text with its first letter in upper case.</summary>
    public static string Capitalize(string words) => words.Length == 0 ? "" : char.ToUpperInvariant(words[0]) + words[1..];

    /// <summary>A percentage as SVG and CSS write it, "12.5%"; "0%" if the whole is 0.</summary>
    public static string Percent(double part, double whole) =>
        (whole <= 0 ? 0 : part / whole * 100).ToString("0.###", CultureInfo.InvariantCulture) + "%";
}
