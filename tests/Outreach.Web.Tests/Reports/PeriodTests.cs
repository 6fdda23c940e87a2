using Outreach.Protocol.Reports.V1;
using Outreach.Web.Reports;

namespace Outreach.Web.Tests.Reports;

public sealed class PeriodTests
{
    private static readonly DateOnly Today = new(2026, 11, 22); // A Sunday.

    [Theory]
    [InlineData(PeriodKind.ThisWeek, "2026-11-16", "2026-11-22", Span.Day)]
    [InlineData(PeriodKind.ThisMonth, "2026-11-01", "2026-11-30", Span.Day)]
    [InlineData(PeriodKind.Last30Days, "2026-10-24", "2026-11-22", Span.Day)]
    [InlineData(PeriodKind.ThisQuarter, "2026-10-01", "2026-12-31", Span.Week)]
    [InlineData(PeriodKind.ThisYear, "2026-01-01", "2026-12-31", Span.Month)]
    [InlineData(PeriodKind.All, "", "", Span.Month)]
    public void A_period_has_its_days_and_its_span(PeriodKind kind, string from, string to, Span split)
    {
        var query = new OverviewFilter(Period.Of(kind, Today), null).ToOverviewQuery();

        Assert.Equal((from, to, split), (query.FromDay, query.ToDay, query.Span));
        Assert.True(query.BySite);
        Assert.Empty(query.SiteIds);
    }

    [Theory]
    [InlineData("2026-11-01", "2026-11-21", false)]
    [InlineData("2026-11-01", "2026-11-22", true)]
    [InlineData("2026-11-23", "2026-11-30", false)]
    [InlineData("2026-11-01", null, true)]
    [InlineData(null, "2026-11-21", false)]
    [InlineData(null, null, true)]
    public void A_period_that_contains_today_is_unfinished(string? from, string? to, bool unfinished) =>
        Assert.Equal(unfinished, Period.Between(CalendarSpans.ParseDay(from), CalendarSpans.ParseDay(to)).IsUnfinished(Today));

    [Fact]
    public void Reversed_days_are_swapped() =>
        Assert.Equal(
            Period.Between(new DateOnly(2026, 1, 2), new DateOnly(2026, 3, 4)),
            Period.Between(new DateOnly(2026, 3, 4), new DateOnly(2026, 1, 2)));

    [Theory]
    [InlineData("2026-03-02", "2026-03-15", "2 – 15 March 2026")]
    [InlineData("2026-03-02", "2026-04-01", "2 March – 1 April 2026")]
    [InlineData("2025-12-29", "2026-01-04", "29 December 2025 – 4 January 2026")]
    [InlineData("2026-03-02", "2026-03-02", "2 March 2026")]
    [InlineData("2026-03-02", null, "since 2 March 2026")]
    [InlineData(null, "2026-03-02", "until 2 March 2026")]
    public void A_period_is_written_as_a_range_of_days(string? from, string? to, string text) =>
        Assert.Equal(text, Period.Between(CalendarSpans.ParseDay(from), CalendarSpans.ParseDay(to)).DateRangeText);

    [Theory]
    [InlineData("?period=week")]
    [InlineData("?period=month&site=van-1")]
    [InlineData("?period=30-days")]
    [InlineData("?period=quarter")]
    [InlineData("?period=year")]
    [InlineData("?period=all&site=a.b_c")]
    [InlineData("?from=2019-01-01&to=2019-12-31")]
    [InlineData("?from=2019-01-01&site=van-1")]
    [InlineData("?to=2019-12-31")]
    public void A_query_string_round_trips(string queryString)
    {
        var parts = queryString[1..].Split('&').Select(p => p.Split('=')).ToDictionary(p => p[0], p => p[1]);

        var filter = OverviewFilter.FromQueryParameters(
            parts.GetValueOrDefault("period"), parts.GetValueOrDefault("from"), parts.GetValueOrDefault("to"), parts.GetValueOrDefault("site"), Today);

        Assert.Equal(queryString, filter.ToQueryString());
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("decade", null)]
    [InlineData(null, "31.12.2019")]
    [InlineData(null, "0019-01-01")]
    public void An_unreadable_query_string_means_the_last_30_days(string? period, string? from) =>
        Assert.Equal(PeriodKind.Last30Days, OverviewFilter.FromQueryParameters(period, from, null, null, Today).Period.Kind);
}
