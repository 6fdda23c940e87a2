using System.Globalization;
using Outreach.Protocol.Encounters.V1;

namespace Outreach.Web.Reports;

/// <summary>Numbers and reasons as people read them.</summary>
public static class DisplayFormat
{
    /// <summary>A whole number with thousands separators, "12,345".</summary>
    public static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture).Replace('-', '−');

    /// <summary>A change with its sign, "+12" or "−3".</summary>
    public static string Change(long value) => value > 0 ? "+" + Number(value) : Number(value);

    /// <summary>A number with the word for one or for any other number of things.</summary>
    public static string Count(long count, string one, string many) => $"{Number(count)} {(count == 1 ? one : many)}";

    /// <summary>Words as they begin a sentence.</summary>
    public static string Capitalize(string words) => words.Length == 0 ? "" : char.ToUpperInvariant(words[0]) + words[1..];

    /// <summary>A percentage of a whole as SVG takes it, "12.5%"; nothing of nothing is "0%".</summary>
    public static string Percent(double part, double whole) =>
        (whole <= 0 ? 0 : part / whole * 100).ToString("0.###", CultureInfo.InvariantCulture) + "%";

    /// <summary>A kind of reason to hold a record, in a few words.</summary>
    public static string HoldReasonText(HoldCode code) => code switch
    {
        HoldCode.UnknownSite => "Site not known",
        HoldCode.UnknownProduct => "Product not known",
        HoldCode.ImpossibleQuantity => "Quantity out of range",
        HoldCode.InTheFuture => "A date in the future",
        _ => "Something to check",
    };
}
