using System.Globalization;
using Outreach.Protocol.Reports.V1;

namespace Outreach.Web.Reports;

/// <summary>Days and calendar spans as the server defines them: weeks from Monday, calendar months, quarters and years.</summary>
public static class CalendarSpans
{
    private const string DayFormat = "yyyy-MM-dd";

    /// <summary>Formats a day for the API, "YYYY-MM-DD".</summary>
    public static string FormatDay(DateOnly day) => day.ToString(DayFormat, CultureInfo.InvariantCulture);

    /// <summary>Parses a day "YYYY-MM-DD" from 1900 to 2999. Null if the text is something else.</summary>
    public static DateOnly? ParseDay(string? text) =>
        DateOnly.TryParseExact(text, DayFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year is >= 1900 and < 3000
            ? day
            : null;

    /// <summary>The first day of the span that contains a day. The day itself if the span is not specified.</summary>
    public static DateOnly StartOf(DateOnly day, Span span) => span switch
    {
        Span.Week => DateOnly.FromDayNumber(day.DayNumber - day.DayNumber % 7),
        Span.Month => new DateOnly(day.Year, day.Month, 1),
        Span.Quarter => new DateOnly(day.Year, (day.Month - 1) / 3 * 3 + 1, 1),
        Span.Year => new DateOnly(day.Year, 1, 1),
        _ => day,
    };

    /// <summary>The first day of the next span.</summary>
    public static DateOnly NextStart(DateOnly start, Span span) => span switch
    {
        Span.Week => start.AddDays(7),
        Span.Month => start.AddMonths(1),
        Span.Quarter => start.AddMonths(3),
        Span.Year => start.AddYears(1),
        _ => start.AddDays(1),
    };

    /// <summary>The next longer span; a year is the longest.</summary>
    public static Span Coarser(Span span) => span switch
    {
        Span.Day or Span.Week => Span.Month,
        Span.Month => Span.Quarter,
        _ => Span.Year,
    };

    /// <summary>The name of a span: "day", "week", "month", "quarter", "year".</summary>
    public static string Name(Span span) => span switch
    {
        Span.Day => "day",
        Span.Week => "week",
        Span.Month => "month",
        Span.Quarter => "quarter",
        Span.Year => "year",
        _ => "period",
    };

    /// <summary>The full label of the span that starts on a day, for example "Monday 2 March 2026" or "March 2026".</summary>
    public static string FullLabel(DateOnly start, Span span) => span switch
    {
        Span.Week => $"Week of {Format(start, "d MMMM yyyy")}",
        Span.Month => Format(start, "MMMM yyyy"),
        Span.Quarter => $"{Quarter(start)} {start.Year}",
        Span.Year => Format(start, "yyyy"),
        _ => Format(start, "dddd d MMMM yyyy"),
    };

    /// <summary>The label of a span below an axis.</summary>
    /// <param name="start">Its first day.</param>
    /// <param name="span">The span.</param>
    /// <param name="newYear">Whether the previous label is of another year. Months and quarters then show the year.</param>
    public static string AxisLabel(DateOnly start, Span span, bool newYear) => span switch
    {
        Span.Month => Format(start, newYear ? "MMM yyyy" : "MMM"),
        Span.Quarter => newYear ? $"{Quarter(start)} {start.Year}" : Quarter(start),
        Span.Year => Format(start, "yyyy"),
        _ => Format(start, "d MMM"),
    };

    /// <summary>A range of days, for example "2 – 15 March 2026"; both days are included.</summary>
    public static string FormatRange(DateOnly from, DateOnly to)
    {
        if (from == to)
            return Format(to, "d MMMM yyyy");
        var start = from.Year != to.Year ? "d MMMM yyyy" : from.Month != to.Month ? "d MMMM" : "%d";
        return $"{Format(from, start)} – {Format(to, "d MMMM yyyy")}";
    }

    private static string Quarter(DateOnly start) => $"Q{(start.Month + 2) / 3}";

    private static string Format(DateOnly day, string format) => day.ToString(format, CultureInfo.InvariantCulture);
}
