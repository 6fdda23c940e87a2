using NodaTime;
using NodaTime.Text;
using Outreach.Domain;
using Outreach.Domain.Access;
using Outreach.Domain.Recording;
using Outreach.Server.Access;
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
/// <param name="Organizations">Only sites of these, ordered and told apart, at least one once it is known who asks.</param>
/// <param name="FiguresOnly">Whether shelves and what is open are left out: they are not for those of another organization.</param>
internal sealed record OverviewFilter(
    LocalDate? From,
    LocalDate? To,
    IReadOnlyList<string> Sites,
    IReadOnlyList<string> Products,
    Wire.Span Span,
    bool BySite,
    IReadOnlyList<string> Organizations,
    bool FiguresOnly = false)
{
    private const int MaxSites = 1_000;
    private const int MaxProducts = 100;
    private const int MaxOrganizations = 1_000;

    /// <summary>The same for equal questions: watchers with the same key share one answer.</summary>
    public string Key => $"{From:uuuu-MM-dd}|{To:uuuu-MM-dd}|{string.Join(',', Sites)}|{string.Join(',', Products)}|{Span}|{BySite}"
        + $"|{string.Join(',', Organizations)}|{FiguresOnly}";

    /// <summary>Whether a change at a site can change the answer.</summary>
    public bool Includes(string site) => Sites.Count == 0 || Sites.Contains(site);

    /// <exception cref="InvalidRequestException">With everything that is wrong.</exception>
    public static OverviewFilter Parse(Wire.OverviewQuery? query)
    {
        query ??= new Wire.OverviewQuery();
        var violations = new Violations();
        var from = ParseDay("query.from_day", query.FromDay, violations);
        var to = ParseDay("query.to_day", query.ToDay, violations);
        if (from > to)
            violations.Add("query.to_day", $"It must not be before from_day, {query.FromDay}; it is {query.ToDay}.");
        var sites = ParseIds("query.site_ids", query.SiteIds, MaxSites, violations);
        var products = ParseIds("query.product_ids", query.ProductIds, MaxProducts, violations);
        var organizations = ParseIds("query.organization_ids", query.OrganizationIds, MaxOrganizations, violations);
        if (!Enum.IsDefined(query.Span))
            violations.Add("query.span", $"It must be one of the named spans; it is {(int)query.Span}.");
        violations.ThrowIfAny();
        return new OverviewFilter(from, to, sites, products, query.Span, query.BySite, organizations);
    }

    /// <summary>The question as a caller may ask it.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="seen">The sites that the caller may see.</param>
    /// <exception cref="RefusedException">It is about what the caller may not see.</exception>
    public OverviewFilter RestrictTo(Caller caller, SiteScope seen)
    {
        var own = caller.Organization.Value;
        if (Organizations.All(organization => organization == own))
            return this with { Organizations = [own], Sites = RestrictSites(seen) };
        foreach (var organization in Organizations.Where(organization => organization != own))
        {
            if (!caller.FiguresFrom.Any(other => other.Value == organization))
                throw new RefusedException(OrganizationRules.Unknown(new OrganizationId(organization)));
        }

        if (Sites.Count > 0 || BySite)
            throw new RefusedException(Refusal.Forbidden("FIGURES_ONLY", "Of other organizations only figures of all their sites together may be seen."));
        return caller.GetSiteScope(Role.Director, Role.Administrator).SiteIds is null
            ? this with { FiguresOnly = true }
            : throw new RefusedException(Refusal.Forbidden("ROLE_MISSING", "None of the caller's roles may do this."));
    }

    /// <summary>The sites that were asked for, or else all that are seen where those are named; none of them is a site that nobody has.</summary>
    private IReadOnlyList<string> RestrictSites(SiteScope seen)
    {
        if (Sites.Count > 0 || seen.SiteIds is null)
            return Sites;
        return seen.SiteIds.Count == 0 ? [""] : [.. seen.SiteIds.Order(StringComparer.Ordinal)];
    }

    private static LocalDate? ParseDay(string field, string text, Violations violations)
    {
        if (text.Length == 0)
            return null;
        if (LocalDatePattern.Iso.Parse(text) is { Success: true, Value: var day })
            return day;
        violations.Add(field, $"It must be a day as YYYY-MM-DD or empty; it is '{Excerpt.From(text)}'.");
        return null;
    }

    private static List<string> ParseIds(string field, IReadOnlyCollection<string> ids, int most, Violations violations)
    {
        if (ids.Count > most)
            violations.Add(field, $"There may be at most {most}; there are {ids.Count}.");
        foreach (var id in ids.Where(id => !Slug.IsValid(id)).Take(1))
            violations.Add(field, $"An id is {Slug.Rule}; one is '{Excerpt.From(id)}'.");
        return [.. ids.Distinct().Order(StringComparer.Ordinal)];
    }
}
