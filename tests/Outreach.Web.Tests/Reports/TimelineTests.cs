using Outreach.Protocol.Reports.V1;
using Outreach.Web.Reports;
using static Outreach.Web.Tests.Reports.Rows;

namespace Outreach.Web.Tests.Reports;

public sealed class TimelineTests
{
    private static readonly DateOnly Today = new(2026, 11, 18);

    [Fact]
    public void Sites_are_added_up_and_days_without_anything_are_there()
    {
        var picture = Picture(Row("a", "2026-11-16", 2), Row("b", "2026-11-16", 3), Row("b", "2026-11-18", 1));

        var timeline = Timeline.Of(picture, Period.Of(PeriodKind.ThisWeek, Today), Today);

        Assert.Equal([5, 0, 1, 0, 0, 0, 0], timeline.Columns.Select(c => c.Figures.People));
        Assert.Equal([5, 0, 1], timeline.SoFar.Select(c => c.Figures.People));
        Assert.True(timeline.Columns[2].HoldsToday);
    }

    [Fact]
    public void An_open_period_ends_where_the_records_end()
    {
        var picture = Picture(Row("a", "2019-11-01", 2), Row("a", "2020-02-01", 3));

        var timeline = Timeline.Of(picture, Period.All, Today);

        Assert.Equal(
            ["November 2019", "December 2019", "January 2020", "February 2020"],
            timeline.Columns.Select(c => Spans.Words(c.Start, timeline.Span)));
        Assert.Equal(4, timeline.SoFar.Count);
    }

    [Fact]
    public void A_week_begins_before_its_period_where_the_period_begins_in_the_middle_of_it()
    {
        var picture = Picture(Row("a", "2026-09-28", 4));

        var timeline = Timeline.Of(picture, Period.Of(PeriodKind.ThisQuarter, Today), Today);

        Assert.Equal(new DateOnly(2026, 9, 28), timeline.Columns[0].Start);
        Assert.Equal(4, timeline.Columns[0].Figures.People);
        Assert.Equal(14, timeline.Columns.Count);
    }

    [Fact]
    public void More_months_than_can_be_drawn_become_quarters_and_lose_nothing()
    {
        var picture = Picture(Row("a", "2010-02-01", 2), Row("a", "2010-03-01", 3), Row("a", "2026-11-01", 7));

        var timeline = Timeline.Of(picture, Period.All, Today);

        Assert.Equal(Span.Quarter, timeline.Span);
        Assert.Equal(5, timeline.Columns[0].Figures.People);
        Assert.Equal(12, timeline.Columns.Sum(c => c.Figures.People));
    }

    [Theory]
    [InlineData("2020-01-01", Span.Month, true, "Jan 2020")]
    [InlineData("2020-02-01", Span.Month, false, "Feb")]
    [InlineData("2020-04-01", Span.Quarter, true, "Q2 2020")]
    [InlineData("2020-04-06", Span.Week, true, "6 Apr")]
    [InlineData("2020-01-01", Span.Year, true, "2020")]
    public void Marks_name_the_year_where_it_is_new(string start, Span span, bool newYear, string mark) =>
        Assert.Equal(mark, Spans.Mark(Spans.Parse(start)!.Value, span, newYear));

    [Fact]
    public void Nothing_over_an_open_period_has_no_columns() => Assert.Empty(Timeline.Of(Picture(), Period.All, Today).Columns);

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
    public void An_axis_writes_numbers_briefly(long value, string words) => Assert.Equal(words, Axis.Brief(value));
}
