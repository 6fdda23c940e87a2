using Outreach.Protocol.Reports.V1;

namespace Outreach.Web.Reports;

/// <summary>The periods a person can pick.</summary>
public enum PeriodKind
{
    /// <summary>Monday to Sunday of the week that holds today.</summary>
    ThisWeek,

    /// <summary>The calendar month that holds today.</summary>
    ThisMonth,

    /// <summary>Today and the 29 days before it.</summary>
    Last30Days,

    /// <summary>The calendar quarter that holds today.</summary>
    ThisQuarter,

    /// <summary>The calendar year that holds today.</summary>
    ThisYear,

    /// <summary>Everything that was ever recorded.</summary>
    All,

    /// <summary>From one day to another, either of which may be open.</summary>
    Custom,
}

/// <summary>A period of whole days.</summary>
/// <param name="Kind">How it was picked.</param>
/// <param name="From">Its first day; null is from the beginning.</param>
/// <param name="To">Its last day, inclusive; null is to the end.</param>
public sealed record Period(PeriodKind Kind, DateOnly? From, DateOnly? To)
{
    /// <summary>Everything that was ever recorded.</summary>
    public static Period All { get; } = new(PeriodKind.All, null, null);

    /// <summary>The period of a kind that holds a day; <see cref="PeriodKind.Custom"/> without days is everything.</summary>
    public static Period Of(PeriodKind kind, DateOnly today) => kind switch
    {
        PeriodKind.ThisWeek => CalendarPeriod(kind, today, Span.Week),
        PeriodKind.ThisMonth => CalendarPeriod(kind, today, Span.Month),
        PeriodKind.Last30Days => new Period(kind, today.AddDays(-29), today),
        PeriodKind.ThisQuarter => CalendarPeriod(kind, today, Span.Quarter),
        PeriodKind.ThisYear => CalendarPeriod(kind, today, Span.Year),
        _ => All,
    };

    /// <summary>From one day to another, both inclusive, in whichever order they are given; without any day, everything.</summary>
    public static Period Between(DateOnly? from, DateOnly? to) =>
        from is null && to is null ? All
        : from > to ? new Period(PeriodKind.Custom, to, from)
        : new Period(PeriodKind.Custom, from, to);

    /// <summary>How the period is best split: by day up to six weeks, by week up to half a year, by month up to ten years.</summary>
    public Span DefaultSpan => (To?.DayNumber - From?.DayNumber + 1) switch
    {
        null => Span.Month,
        <= 42 => Span.Day,
        <= 184 => Span.Week,
        <= 3653 => Span.Month,
        _ => Span.Year,
    };

    /// <summary>What the period is called, for example "Last 30 days".</summary>
    public string Name => NameOf(Kind);

    /// <summary>What periods of a kind are called.</summary>
    public static string NameOf(PeriodKind kind) => kind switch
    {
        PeriodKind.ThisWeek => "This week",
        PeriodKind.ThisMonth => "This month",
        PeriodKind.Last30Days => "Last 30 days",
        PeriodKind.ThisQuarter => "This quarter",
        PeriodKind.ThisYear => "This year",
        PeriodKind.All => "All time",
        _ => "Chosen days",
    };

    /// <summary>The days in words, for example "2 – 15 March 2026".</summary>
    public string DateRangeText => (From, To) switch
    {
        ({ } from, { } to) => CalendarSpans.FormatRange(from, to),
        ({ } from, null) => $"since {CalendarSpans.FormatRange(from, from)}",
        (null, { } to) => $"until {CalendarSpans.FormatRange(to, to)}",
        _ => "everything recorded",
    };

    private static Period CalendarPeriod(PeriodKind kind, DateOnly today, Span span)
    {
        var start = CalendarSpans.StartOf(today, span);
        return new Period(kind, start, CalendarSpans.NextStart(start, span).AddDays(-1));
    }
}
