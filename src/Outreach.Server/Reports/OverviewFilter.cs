using NodaTime;
using Outreach.Domain.Access;
using Outreach.Domain.Recording;
using Outreach.Server.Access;
using Outreach.Server.Rpc;
using Wire = Outreach.Protocol.Reports.V1;

namespace Outreach.Server.Reports;

/// <summary>A well-formed <see cref="Wire.OverviewQuery"/>.</summary>
/// <param name="From">First day, or null for no bound.</param>
/// <param name="To">Last day, inclusive, or null for no bound.</param>
/// <param name="Sites">Only these, distinct and in order; empty for all.</param>
/// <param name="Products">Only these, distinct and in order; empty for all.</param>
/// <param name="Span">How rows are split by time.</param>
/// <param name="BySite">Whether rows and shelves are split by site.</param>
/// <param name="Organizations">Only sites of these, distinct and in order, at least one after <see cref="RestrictTo"/>.</param>
/// <param name="Sums">Whether only sums are read, by site and by time, not by both.</param>
/// <param name="FiguresOnly">Whether shelves and open work are left out, as they are for other organizations.</param>
internal sealed record OverviewFilter(
    LocalDate? From,
    LocalDate? To,
    IReadOnlyList<string> Sites,
    IReadOnlyList<string> Products,
    Wire.Span Span,
    bool BySite,
    IReadOnlyList<string> Organizations,
    bool Sums = false,
    bool FiguresOnly = false)
{
    private const int MaxSites = 1_000;
    private const int MaxProducts = 100;
    private const int MaxOrganizations = 1_000;

    /// <summary>The same for equal filters: watchers with the same key share one answer.</summary>
    public string Key => $"{From:uuuu-MM-dd}|{To:uuuu-MM-dd}|{string.Join(',', Sites)}|{string.Join(',', Products)}|{Span}|{BySite}"
        + $"|{string.Join(',', Organizations)}|{Sums}|{FiguresOnly}";

    /// <summary>Whether a change at a site can change the answer.</summary>
    public bool Includes(string site) => Sites.Count == 0 || Sites.Contains(site);

    /// <exception cref="InvalidRequestException">A field is malformed.</exception>
    public static OverviewFilter Parse(Wire.OverviewQuery? query)
    {
        query ??= new Wire.OverviewQuery();
        var violations = new Violations();
        var from = FieldParser.ParseOptionalDay(query.FromDay, "query.from_day", violations);
        var to = FieldParser.ParseOptionalDay(query.ToDay, "query.to_day", violations);
        if (from > to)
            violations.Add("query.to_day", $"must not be before from_day, {query.FromDay}; this is {query.ToDay}.");
        var sites = FieldParser.ParseIds(query.SiteIds, "query.site_ids", MaxSites, violations);
        var products = FieldParser.ParseIds(query.ProductIds, "query.product_ids", MaxProducts, violations);
        var organizations = FieldParser.ParseIds(query.OrganizationIds, "query.organization_ids", MaxOrganizations, violations);
        if (!Enum.IsDefined(query.Span))
            violations.Add("query.span", FieldErrors.UnknownValue((int)query.Span));
        violations.ThrowIfAny();
        return new OverviewFilter(from, to, sites, products, query.Span, query.BySite, organizations, query.Sums);
    }

    /// <summary>The filter narrowed to what a caller may see.</summary>
    /// <param name="caller">The caller.</param>
    /// <param name="visible">The sites that the caller may see.</param>
    /// <exception cref="RefusedException">The filter names what the caller may not see.</exception>
    public OverviewFilter RestrictTo(Caller caller, SiteScope visible)
    {
        var own = caller.Organization.Value;
        if (Organizations.All(organization => organization == own))
            return this with { Organizations = [own], Sites = RestrictSites(visible) };
        foreach (var organization in Organizations.Where(organization => organization != own))
        {
            if (!caller.FiguresFrom.Any(other => other.Value == organization))
                throw new RefusedException(OrganizationRules.Unknown(new OrganizationId(organization)));
        }

        if (Sites.Count > 0 || BySite)
            throw new RefusedException(Refusal.Forbidden("FIGURES_ONLY", "You may see the figures of another organization only for all its sites together. Leave out site_ids and by_site."));
        return caller.GetSiteScope(Role.Director, Role.Administrator).SiteIds is null
            ? this with { FiguresOnly = true }
            : throw new RefusedException(Refusal.Forbidden("ROLE_MISSING", "None of the caller's roles may do this."));
    }

    /// <summary>The sites named by the filter or else by the scope; where the scope has none, an id that no site has.</summary>
    private IReadOnlyList<string> RestrictSites(SiteScope visible)
    {
        if (Sites.Count > 0 || visible.SiteIds is null)
            return Sites;
        return visible.SiteIds.Count == 0 ? [""] : [.. visible.SiteIds.Order(StringComparer.Ordinal)];
    }
}
