using Outreach.Protocol.Reports.V1;

namespace Outreach.Web.Reports;

/// <summary>The kinds of period.</summary>
public enum PeriodKind
{
    /// <summary>The week of today, Monday to Sunday.</summary>
    ThisWeek,

    /// <summary>The calendar month of today.</summary>
    ThisMonth,

    /// <summary>Today and the 29 days before it.</summary>
    Last30Days,

    /// <summary>The calendar quarter of today.</summary>
    ThisQuarter,

    /// <summary>The calendar year of today.</summary>
    ThisYear,

    /// <summary>All time.</summary>
    All,

    /// <summary>From one day to another. Either can be missing.</summary>
    Custom,
}

/// <summary>A period of whole days.</summary>
/// <param name="Kind">The kind of period.</param>
/// <param name="From">The first day; null means from the beginning.</param>
/// <param name="To">The last day, inclusive; null means to the end.</param>
public sealed record Period(PeriodKind Kind, DateOnly? From, DateOnly? To)
{
    /// <summary>All time.</summary>
    public static Period All { get; } = new(PeriodKind.All, null, null);

    /// <summary>The period of a kind that contains today. <see cref="PeriodKind.Custom"/> means all time.</summary>
    public static Period Of(PeriodKind kind, DateOnly today) => kind switch
    {
        PeriodKind.ThisWeek => CalendarPeriod(kind, today, Span.Week),
        PeriodKind.ThisMonth => CalendarPeriod(kind, today, Span.Month),
        PeriodKind.Last30Days => new Period(kind, today.AddDays(-29), today),
        PeriodKind.ThisQuarter => CalendarPeriod(kind, today, Span.Quarter),
        PeriodKind.ThisYear => CalendarPeriod(kind, today, Span.Year),
        _ => All,
    };

    /// <summary>From one day to another, both inclusive, in any order. Without any day, all time.</summary>
    public static Period Between(DateOnly? from, DateOnly? to) =>
        from is null && to is null ? All
        : from > to ? new Period(PeriodKind.Custom, to, from)
        : new Period(PeriodKind.Custom, from, to);

    /// <summary>How charts split the period: by day up to six weeks, by week up to half a year, by month up to ten years, then by year.</summary>
    public Span DefaultSpan => (To?.DayNumber - From?.DayNumber + 1) switch
    {
        null => Span.Month,
        <= 42 => Span.Day,
        <= 184 => Span.Week,
        <= 3653 => Span.Month,
        _ => Span.Year,
    };

    /// <summary>The period's name, for example "Last 30 days".</summary>
    public string Name => NameOf(Kind);

    /// <summary>The name of a kind of period.</summary>
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

    /// <summary>The days as text, for example "2 – 15 March 2026".</summary>
    public string DateRangeText => (From, To) switch
    {
        ({ } from, { } to) => CalendarSpans.FormatRange(from, to),
        ({ } from, null) => $"since {CalendarSpans.FormatRange(from, from)}",
        (null, { } to) => $"until {CalendarSpans.FormatRange(to, to)}",
        _ => "everything recorded",
    };

    /// <summary>Whether the period contains today, so that its figures are not final.</summary>
    public bool IsUnfinished(DateOnly today) => !(From > today) && !(To < today);

    private static Period CalendarPeriod(PeriodKind kind, DateOnly today, Span span)
    {
        var start = CalendarSpans.StartOf(today, span);
        return new Period(kind, start, CalendarSpans.NextStart(start, span).AddDays(-1));
    }
}
