using Outreach.Domain.Access;
using Outreach.Domain.Recording.Settings;
using Outreach.Domain.Sites;
using Outreach.Server.Access;
using Outreach.Server.Recording.Settings;
using Outreach.Server.Rpc;
using Wire = Outreach.Protocol.Sites.V1;

namespace Outreach.Server.Sites;

/// <summary>Parses requests about sites.</summary>
internal static class SiteWire
{
    /// <param name="request">The request.</param>
    /// <param name="own">The organization that gets the site if the request names none.</param>
    /// <exception cref="InvalidRequestException">Anything is malformed; it names every violation.</exception>
    public static Site Parse(Wire.CreateSiteRequest request, OrganizationId own) =>
        SiteFields.All.ParseNew(request.Site, site => site with { Organization = own });

    /// <exception cref="InvalidRequestException">Anything is malformed; it names every violation.</exception>
    public static SettingsUpdate<Site> Parse(Wire.UpdateSiteRequest request) => SiteFields.All.ParseUpdate(request.Site, request.UpdateMask);

    /// <exception cref="InvalidRequestException">The id is malformed.</exception>
    public static SiteId Parse(Wire.GetSiteRequest request)
    {
        var violations = new Violations();
        var id = FieldParser.ParseId(request.SiteId, "site_id", violations);
        violations.ThrowIfAny();
        return new SiteId(id!);
    }

    /// <param name="request">The request.</param>
    /// <param name="scope">The sites that the caller may see.</param>
    /// <exception cref="InvalidRequestException">Anything is malformed; it names every violation.</exception>
    public static SettingsFilter Parse(Wire.ListSitesRequest request, SiteScope scope)
    {
        var violations = new Violations();
        var list = $"sites {(int)request.Kind} {request.IncludeClosed}";
        var page = Paging.Parse(request.PageSize, request.PageToken, list, keyParts: 1, violations);
        SiteKind? kind = request.Kind == 0 ? null : FieldParser.ParseEnum<SiteKind>((int)request.Kind, "kind", violations);
        violations.ThrowIfAny();
        return new SettingsFilter(
            list,
            page,
            [("kind", kind?.ToString()), ("closed", request.IncludeClosed ? null : ""), ("organization_id", scope.Organization.Value)],
            Ids: scope.SiteIds);
    }

    public static Wire.Site ToWire(Versioned<Site> site) => SiteFields.All.ToWire(site);

    public static Wire.ListSitesResponse ToWire(SettingsPage<Site> page) =>
        new() { Sites = { page.Items.Select(ToWire) }, NextPageToken = page.NextPageToken };
}
