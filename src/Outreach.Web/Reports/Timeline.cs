using Outreach.Protocol.Reports.V1;

namespace Outreach.Web.Reports;

/// <summary>Figures over time, without gaps: a span in which nothing happened is there, with zeros.</summary>
/// <param name="Span">How time is split.</param>
/// <param name="Columns">The spans, first to last; empty where nothing was recorded and the period is open.</param>
public sealed record Timeline(Span Span, IReadOnlyList<TimelineColumn> Columns)
{
    /// <summary>The most columns that are drawn; beyond it, time is split more coarsely.</summary>
    public const int MaxColumns = 120;

    /// <summary>The columns up to the one that holds today; all of them where none does.</summary>
    public IReadOnlyList<TimelineColumn> ColumnsUntilToday { get; } = Columns.Any(c => c.ContainsToday)
        ? [.. Columns.TakeWhile(c => !c.ContainsToday), Columns.First(c => c.ContainsToday)]
        : Columns;

    /// <summary>Sums rows over sites and lays them out over the period. An open end of the period is where the rows end.</summary>
    public static Timeline Of(OverviewSnapshot picture, Period period, DateOnly today)
    {
        ArgumentNullException.ThrowIfNull(picture);
        ArgumentNullException.ThrowIfNull(period);
        var sums = Sum(picture.Rows, period.DefaultSpan);
        if (BoundsOf(sums, period) is not { } ends)
            return new Timeline(period.DefaultSpan, []);
        var span = period.DefaultSpan;
        while (span != Span.Year && Count(ends, span) > MaxColumns)
            span = CalendarSpans.Coarser(span);
        return new Timeline(span, LayOut(Sum(picture.Rows, span), ends, span, today));
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

    private static int Count((DateOnly From, DateOnly To) ends, Span span)
    {
        var shortest = span switch { Span.Day => 1, Span.Week => 7, Span.Month => 28, Span.Quarter => 90, _ => 365 };
        return (ends.To.DayNumber - ends.From.DayNumber) / shortest + 1;
    }

    private static List<TimelineColumn> LayOut(Dictionary<DateOnly, Figures> sums, (DateOnly From, DateOnly To) ends, Span span, DateOnly today)
    {
        var columns = new List<TimelineColumn>();
        for (var start = CalendarSpans.StartOf(ends.From, span); start <= ends.To; start = CalendarSpans.NextStart(start, span))
        {
            var holdsToday = start <= today && today < CalendarSpans.NextStart(start, span);
            columns.Add(new TimelineColumn(start, sums.GetValueOrDefault(start) ?? new Figures(), holdsToday));
        }

        return columns;
    }
}

/// <summary>Figures of one span.</summary>
/// <param name="Start">Its first day.</param>
/// <param name="Figures">Its sums.</param>
/// <param name="ContainsToday">Whether today is in it, so that it is not over.</param>
public sealed record TimelineColumn(DateOnly Start, Figures Figures, bool ContainsToday);
