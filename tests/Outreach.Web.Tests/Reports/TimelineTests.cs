using Outreach.Protocol.Reports.V1;
using Outreach.Web.Reports;
using static Outreach.Web.Tests.Reports.OverviewResponses;

namespace Outreach.Web.Tests.Reports;

public sealed class TimelineTests
{
    private static readonly DateOnly Today = new(2026, 11, 18);

    [Fact]
    public void Sites_are_summed_and_empty_days_are_included()
    {
        var snapshot = Snapshot(Row("a", "2026-11-16", 2), Row("b", "2026-11-16", 3), Row("b", "2026-11-18", 1));

        var timeline = Timeline.Of(snapshot, Period.Of(PeriodKind.ThisWeek, Today), Today);

        Assert.Equal([5, 0, 1, 0, 0, 0, 0], timeline.Columns.Select(c => c.Figures.Contacts));
        Assert.Equal([5, 0, 1], timeline.ColumnsUntilToday.Select(c => c.Figures.Contacts));
        Assert.True(timeline.Columns[2].ContainsToday);
    }

    [Fact]
    public void An_open_period_ends_where_the_records_end()
    {
        var snapshot = Snapshot(Row("a", "2019-11-01", 2), Row("a", "2020-02-01", 3));

        var timeline = Timeline.Of(snapshot, Period.All, Today);

        Assert.Equal(
            ["November 2019", "December 2019", "January 2020", "February 2020"],
            timeline.Columns.Select(c => CalendarSpans.FullLabel(c.Start, timeline.Span)));
        Assert.Equal(4, timeline.ColumnsUntilToday.Count);
    }

    [Fact]
    public void The_first_week_may_start_before_the_period()
    {
        var snapshot = Snapshot(Row("a", "2026-09-28", 4));

        var timeline = Timeline.Of(snapshot, Period.Of(PeriodKind.ThisQuarter, Today), Today);

        Assert.Equal(new DateOnly(2026, 9, 28), timeline.Columns[0].Start);
        Assert.Equal(4, timeline.Columns[0].Figures.Contacts);
        Assert.Equal(14, timeline.Columns.Count);
    }

    [Fact]
    public void Too_many_months_become_quarters_without_loss()
    {
        var snapshot = Snapshot(Row("a", "2010-02-01", 2), Row("a", "2010-03-01", 3), Row("a", "2026-11-01", 7));

        var timeline = Timeline.Of(snapshot, Period.All, Today);

        Assert.Equal(Span.Quarter, timeline.Span);
        Assert.Equal(5, timeline.Columns[0].Figures.Contacts);
        Assert.Equal(12, timeline.Columns.Sum(c => c.Figures.Contacts));
    }

    [Theory]
    [InlineData("2020-01-01", Span.Month, true, "Jan 2020")]
    [InlineData("2020-02-01", Span.Month, false, "Feb")]
    [InlineData("2020-04-01", Span.Quarter, true, "Q2 2020")]
    [InlineData("2020-04-06", Span.Week, true, "6 Apr")]
    [InlineData("2020-01-01", Span.Year, true, "2020")]
    public void Axis_labels_show_the_year_when_it_changes(string start, Span span, bool newYear, string label) =>
        Assert.Equal(label, CalendarSpans.AxisLabel(CalendarSpans.ParseDay(start)!.Value, span, newYear));

    [Fact]
    public void An_open_period_without_figures_has_no_columns() => Assert.Empty(Timeline.Of(Snapshot(), Period.All, Today).Columns);

    [Theory]
    [InlineData(0, 2, 1)]
    [InlineData(1, 2, 1)]
    [InlineData(3, 3, 1)]
    [InlineData(4, 4, 1)]
    [InlineData(7, 8, 2)]
    [InlineData(41, 50, 10)]
    [InlineData(10_200, 12_500, 2_500)]
    [InlineData(3_644_444, 4_000_000, 1_000_000)]
    public void An_axis_ends_at_a_round_number(long largest, long top, long step) =>
        Assert.Equal(new Axis(top, step), Axis.For(largest));

    [Theory]
    [InlineData(0, "0")]
    [InlineData(2_500, "2,500")]
    [InlineData(12_500, "12.5k")]
    [InlineData(250_000, "250k")]
    [InlineData(1_250_000, "1.25M")]
    public void An_axis_writes_numbers_briefly(long value, string text) => Assert.Equal(text, Axis.FormatShort(value));
}
