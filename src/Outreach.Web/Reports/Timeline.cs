using Outreach.Protocol.Reports.V1;

namespace Outreach.Web.Reports;

/// <summary>Figures over time, without gaps: a span without figures has a column of zeros.</summary>
/// <param name="Span">The length of a column.</param>
/// <param name="Columns">One column per span, first to last. Empty if there are no figures and the period has no first or last day.</param>
public sealed record Timeline(Span Span, IReadOnlyList<TimelineColumn> Columns)
{
    /// <summary>The maximum number of columns. For more, the span gets longer.</summary>
    public const int MaxColumns = 120;

    /// <summary>The columns up to the one that contains today; all columns if none contains it.</summary>
    public IReadOnlyList<TimelineColumn> ColumnsUntilToday { get; } = Columns.Any(c => c.ContainsToday)
        ? [.. Columns.TakeWhile(c => !c.ContainsToday), Columns.First(c => c.ContainsToday)]
        : Columns;

    /// <summary>Sums the rows of all sites and makes the columns of the period. If the period has no first or last day, the rows decide.</summary>
    public static Timeline Of(OverviewSnapshot snapshot, Period period, DateOnly today)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        ArgumentNullException.ThrowIfNull(period);
        var sums = Sum(snapshot.Rows, period.DefaultSpan);
        if (BoundsOf(sums, period) is not { } bounds)
            return new Timeline(period.DefaultSpan, []);
        var span = period.DefaultSpan;
        while (span != Span.Year && Count(bounds, span) > MaxColumns)
            span = CalendarSpans.Coarser(span);
        return new Timeline(span, CreateColumns(Sum(snapshot.Rows, span), bounds, span, today));
    }

    private static Dictionary<DateOnly, Figures> Sum(IEnumerable<OverviewRow> rows, Span span)
    {
        var sums = new Dictionary<DateOnly, Figures>();
        foreach (var row in rows)
        {
            if (CalendarSpans.ParseDay(row.PeriodStart) is not { } day)
                continue;
            var start = CalendarSpans.StartOf(day, span);
            sums[start] = sums.TryGetValue(start, out var sum) ? sum.Plus(row.Figures) : row.Figures;
        }

        return sums;
    }

    private static (DateOnly From, DateOnly To)? BoundsOf(Dictionary<DateOnly, Figures> sums, Period period)
    {
        var from = period.From ?? (sums.Count > 0 ? sums.Keys.Min() : period.To);
        var to = period.To ?? (sums.Count > 0 ? sums.Keys.Max() : period.From);
        return from <= to ? (from.Value, to.Value) : null;
    }

    private static int Count((DateOnly From, DateOnly To) bounds, Span span)
    {
        var shortest = span switch { Span.Day => 1, Span.Week => 7, Span.Month => 28, Span.Quarter => 90, _ => 365 };
        return (bounds.To.DayNumber - bounds.From.DayNumber) / shortest + 1;
    }

    private static List<TimelineColumn> CreateColumns(Dictionary<DateOnly, Figures> sums, (DateOnly From, DateOnly To) bounds, Span span, DateOnly today)
    {
        var columns = new List<TimelineColumn>();
        for (var start = CalendarSpans.StartOf(bounds.From, span); start <= bounds.To; start = CalendarSpans.NextStart(start, span))
        {
            var containsToday = start <= today && today < CalendarSpans.NextStart(start, span);
            columns.Add(new TimelineColumn(start, sums.GetValueOrDefault(start) ?? new Figures(), containsToday));
        }

        return columns;
    }
}

/// <summary>The figures of one span.</summary>
/// <param name="Start">The first day of the span.</param>
/// <param name="Figures">The sums.</param>
/// <param name="ContainsToday">Whether the span contains today, so that its figures are not final.</param>
public sealed record TimelineColumn(DateOnly Start, Figures Figures, bool ContainsToday);
