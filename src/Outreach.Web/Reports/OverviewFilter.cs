using Outreach.Protocol.Reports.V1;

namespace Outreach.Web.Reports;

/// <summary>What the overview shows: a period, and one site or all sites.</summary>
/// <param name="Period">The period.</param>
/// <param name="SiteId">The site; null for all.</param>
public sealed record OverviewFilter(Period Period, string? SiteId)
{
    private static readonly (PeriodKind Kind, string Text)[] PeriodNames =
    [
        (PeriodKind.ThisWeek, "week"),
        (PeriodKind.ThisMonth, "month"),
        (PeriodKind.Last30Days, "30-days"),
        (PeriodKind.ThisQuarter, "quarter"),
        (PeriodKind.ThisYear, "year"),
        (PeriodKind.All, "all"),
    ];

    /// <summary>Reads the filter from the URL. Without a valid period, it is the last 30 days.</summary>
    /// <param name="period">The name of a period, as <see cref="ToQueryString"/> writes it.</param>
    /// <param name="from">The first day, "YYYY-MM-DD".</param>
    /// <param name="to">The last day, "YYYY-MM-DD".</param>
    /// <param name="site">The site.</param>
    /// <param name="today">Today, for relative periods such as "this week".</param>
    public static OverviewFilter FromQueryParameters(string? period, string? from, string? to, string? site, DateOnly today)
    {
        var siteId = string.IsNullOrEmpty(site) ? null : site;
        if (CalendarSpans.ParseDay(from) is not null || CalendarSpans.ParseDay(to) is not null)
            return new OverviewFilter(Period.Between(CalendarSpans.ParseDay(from), CalendarSpans.ParseDay(to)), siteId);
        var kind = PeriodNames.Where(name => name.Text == period).Select(name => name.Kind).FirstOrDefault(PeriodKind.Last30Days);
        return new OverviewFilter(Period.Of(kind, today), siteId);
    }

    /// <summary>The query string of the URL for this filter, with the leading "?".</summary>
    public string ToQueryString()
    {
        List<string> parts = [];
        if (Period.Kind != PeriodKind.Custom)
            parts.Add($"period={PeriodNames.First(name => name.Kind == Period.Kind).Text}");
        else
            AddDays(parts);
        if (SiteId is not null)
            parts.Add($"site={Uri.EscapeDataString(SiteId)}");
        return "?" + string.Join('&', parts);
    }

    /// <summary>The query for the server. Rows are split by site unless there are too many rows for that.</summary>
    public OverviewQuery ToOverviewQuery(bool bySite = true)
    {
        var query = new OverviewQuery
        {
            FromDay = Period.From is { } from ? CalendarSpans.FormatDay(from) : "",
            ToDay = Period.To is { } to ? CalendarSpans.FormatDay(to) : "",
            Span = Period.DefaultSpan,
            BySite = bySite,
            Sums = true,
        };
        if (SiteId is not null)
            query.SiteIds.Add(SiteId);
        return query;
    }

    private void AddDays(List<string> parts)
    {
        if (Period.From is { } from)
            parts.Add($"from={CalendarSpans.FormatDay(from)}");
        if (Period.To is { } to)
            parts.Add($"to={CalendarSpans.FormatDay(to)}");
    }
}
