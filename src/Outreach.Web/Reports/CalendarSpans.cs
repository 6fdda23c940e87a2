using System.Globalization;
using Outreach.Protocol.Reports.V1;

namespace Outreach.Web.Reports;

/// <summary>Days and spans of time, counted as the server counts them: weeks from Monday, calendar months, quarters and years.</summary>
public static class CalendarSpans
{
    private const string DayFormat = "yyyy-MM-dd";

    /// <summary>The day as the API writes it, "YYYY-MM-DD".</summary>
    public static string FormatDay(DateOnly day) => day.ToString(DayFormat, CultureInfo.InvariantCulture);

    /// <summary>The day that a text "YYYY-MM-DD" names, or null where it names none from 1900 to 2999: beyond, it is a slip.</summary>
    public static DateOnly? ParseDay(string? text) =>
        DateOnly.TryParseExact(text, DayFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year is >= 1900 and < 3000
            ? day
            : null;

    /// <summary>The first day of the span that holds a day; with no split, the day itself.</summary>
    public static DateOnly StartOf(DateOnly day, Span span) => span switch
    {
        Span.Week => DateOnly.FromDayNumber(day.DayNumber - day.DayNumber % 7),
        Span.Month => new DateOnly(day.Year, day.Month, 1),
        Span.Quarter => new DateOnly(day.Year, (day.Month - 1) / 3 * 3 + 1, 1),
        Span.Year => new DateOnly(day.Year, 1, 1),
        _ => day,
    };

    /// <summary>The first day of the span after the one that starts on a day.</summary>
    public static DateOnly NextStart(DateOnly start, Span span) => span switch
    {
        Span.Week => start.AddDays(7),
        Span.Month => start.AddMonths(1),
        Span.Quarter => start.AddMonths(3),
        Span.Year => start.AddYears(1),
        _ => start.AddDays(1),
    };

    /// <summary>The next coarser span, of the calendar; a year is the coarsest.</summary>
    public static Span Coarser(Span span) => span switch
    {
        Span.Day or Span.Week => Span.Month,
        Span.Month => Span.Quarter,
        _ => Span.Year,
    };

    /// <summary>What one span is called: "day", "week", "month", "quarter", "year".</summary>
    public static string Name(Span span) => span switch
    {
        Span.Day => "day",
        Span.Week => "week",
        Span.Month => "month",
        Span.Quarter => "quarter",
        Span.Year => "year",
        _ => "period",
    };

    /// <summary>Names the span that starts on a day in full, for example "Monday 2 March 2026" or "March 2026".</summary>
    public static string FullLabel(DateOnly start, Span span) => span switch
    {
        Span.Week => $"Week of {Format(start, "d MMMM yyyy")}",
        Span.Month => Format(start, "MMMM yyyy"),
        Span.Quarter => $"{Quarter(start)} {start.Year}",
        Span.Year => Format(start, "yyyy"),
        _ => Format(start, "dddd d MMMM yyyy"),
    };

    /// <summary>Names the span under an axis.</summary>
    /// <param name="start">Its first day.</param>
    /// <param name="span">How time is split.</param>
    /// <param name="newYear">Whether the mark before it is of another year, so that a month or a quarter needs its year.</param>
    public static string AxisLabel(DateOnly start, Span span, bool newYear) => span switch
    {
        Span.Month => Format(start, newYear ? "MMM yyyy" : "MMM"),
        Span.Quarter => newYear ? $"{Quarter(start)} {start.Year}" : Quarter(start),
        Span.Year => Format(start, "yyyy"),
        _ => Format(start, "d MMM"),
    };

    /// <summary>A range of days as people write it, for example "2 – 15 March 2026"; both ends belong to it.</summary>
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
