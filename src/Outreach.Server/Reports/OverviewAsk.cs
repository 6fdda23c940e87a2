using NodaTime;
using NodaTime.Text;
using Outreach.Domain;
using Outreach.Server.Rpc;
using Wire = Outreach.Protocol.Reports.V1;

namespace Outreach.Server.Reports;

/// <summary>Which figures are asked for: a well-formed <see cref="Wire.OverviewQuery"/>.</summary>
/// <param name="From">First day, or null for no bound.</param>
/// <param name="To">Last day, inclusive, or null for no bound.</param>
/// <param name="Sites">Only these, ordered and told apart; empty for all.</param>
/// <param name="Products">Only these, ordered and told apart; empty for all.</param>
/// <param name="Span">How rows are split by time.</param>
/// <param name="BySite">Whether rows and shelves are split by site.</param>
internal sealed record OverviewAsk(
    LocalDate? From, LocalDate? To, IReadOnlyList<string> Sites, IReadOnlyList<string> Products, Wire.Span Span, bool BySite)
{
    private const int MostSites = 1_000;
    private const int MostProducts = 100;

    /// <summary>The same for equal questions: watchers with the same key share one answer.</summary>
    public string Key => $"{From:uuuu-MM-dd}|{To:uuuu-MM-dd}|{string.Join(',', Sites)}|{string.Join(',', Products)}|{Span}|{BySite}";

    /// <summary>Whether a change at a site can change the answer.</summary>
    public bool Includes(string site) => Sites.Count == 0 || Sites.Contains(site);

    /// <exception cref="InvalidRequestException">With everything that is wrong.</exception>
    public static OverviewAsk Parse(Wire.OverviewQuery? query)
    {
        query ??= new Wire.OverviewQuery();
        var violations = new Violations();
        var from = Day("query.from_day", query.FromDay, violations);
        var to = Day("query.to_day", query.ToDay, violations);
        if (from > to)
            violations.Add("query.to_day", $"It must not be before from_day, {query.FromDay}; it is {query.ToDay}.");
        var sites = Ids("query.site_ids", query.SiteIds, MostSites, violations);
        var products = Ids("query.product_ids", query.ProductIds, MostProducts, violations);
        if (!Enum.IsDefined(query.Span))
            violations.Add("query.span", $"It must be one of the named spans; it is {(int)query.Span}.");
        violations.ThrowIfAny();
        return new OverviewAsk(from, to, sites, products, query.Span, query.BySite);
    }

    private static LocalDate? Day(string field, string text, Violations violations)
    {
        if (text.Length == 0)
            return null;
        if (LocalDatePattern.Iso.Parse(text) is { Success: true, Value: var day })
            return day;
        violations.Add(field, $"It must be a day as YYYY-MM-DD or empty; it is '{Shown.Short(text)}'.");
        return null;
    }

    private static List<string> Ids(string field, IReadOnlyCollection<string> ids, int most, Violations violations)
    {
        if (ids.Count > most)
            violations.Add(field, $"There may be at most {most}; there are {ids.Count}.");
        foreach (var id in ids.Where(id => !ChosenId.IsValid(id)).Take(1))
            violations.Add(field, $"An id is {ChosenId.Rule}; one is '{Shown.Short(id)}'.");
        return [.. ids.Distinct().Order(StringComparer.Ordinal)];
    }
}
