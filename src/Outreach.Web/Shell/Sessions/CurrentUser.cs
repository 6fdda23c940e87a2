using Outreach.Protocol.Access.V1;
using Outreach.Web.Shell.Kit;

namespace Outreach.Web.Shell.Sessions;

/// <summary>Who is signed in, and what that person may do here. The server decides; this only keeps pages from offering what it refuses.</summary>
/// <param name="Person">The person, with the roles.</param>
/// <param name="Organization">The person's organization.</param>
public sealed record CurrentUser(Person Person, Organization Organization)
{
    private static readonly Role[] FigureRoles = [Role.OutreachWorker, Role.SiteCoordinator, Role.Director, Role.Administrator];

    private static readonly Role[] HeldRecordRoles = [Role.SiteCoordinator, Role.Director];

    /// <summary>The organization's name, or words that stand for it.</summary>
    public string OrganizationName => Organization.Name.Length > 0 ? Organization.Name : "your program";

    /// <summary>Whether the person is an administrator of the organization that keeps the installation.</summary>
    public bool KeepsInstallation => Organization.ManagesInstallation && IsAdministrator;

    /// <summary>Whether the person is an administrator.</summary>
    public bool IsAdministrator => HasRole(Role.Administrator);

    /// <summary>Whether there are figures that the person may see.</summary>
    public bool CanSeeFigures => HasRole(FigureRoles);

    /// <summary>Whether the figures are of some sites of the organization only.</summary>
    public bool IsLimitedToSites => CanSeeFigures && Grants(FigureRoles).All(grant => grant.SiteIds.Count > 0);

    /// <summary>Ids of other organizations whose figures the person may see, together and not by site; empty where there are none.</summary>
    public IReadOnlyList<string> FiguresFrom =>
        Grants([Role.Director, Role.Administrator]).Any(grant => grant.SiteIds.Count == 0) ? Organization.FiguresFrom : [];

    /// <summary>All that the person may see the figures of, in words.</summary>
    public string ScopeLabel =>
        FiguresFrom.Count > 0 ? DisplayFormat.Count(FiguresFrom.Count, "organization", "organizations together") : IsLimitedToSites ? "your sites" : "all sites";

    /// <summary>Whether the person holds one of these roles anywhere.</summary>
    public bool HasRole(params IReadOnlyCollection<Role> roles) => Grants(roles).Any();

    /// <summary>Whether the person holds one of these roles at a site.</summary>
    public bool HasRoleAt(string siteId, params IReadOnlyCollection<Role> roles) =>
        Grants(roles).Any(grant => grant.SiteIds.Count == 0 || grant.SiteIds.Contains(siteId));

    /// <summary>Whether the person may read the records that wait.</summary>
    /// <param name="siteId">Those sent to this site; null for all.</param>
    public bool CanReadHeldRecords(string? siteId) => siteId is null ? HasRole(HeldRecordRoles) : HasRoleAt(siteId, HeldRecordRoles);

    /// <summary>Whether the person may see the figures of a site by itself.</summary>
    public bool CanSeeFiguresOf(string siteId) => FiguresFrom.Count == 0 && HasRoleAt(siteId, FigureRoles);

    private IEnumerable<Grant> Grants(IReadOnlyCollection<Role> roles) => Person.Grants.Where(grant => roles.Contains(grant.Role));
}
