using Outreach.Protocol.Access.V1;
using Outreach.Web.Shell.Kit;

namespace Outreach.Web.Shell.Sessions;

/// <summary>The signed-in user. The server decides what the user may do; the properties here only hide what it would refuse.</summary>
/// <param name="Person">The person and their roles.</param>
/// <param name="Organization">The person's organization.</param>
public sealed record CurrentUser(Person Person, Organization Organization)
{
    private static readonly Role[] FigureRoles = [Role.OutreachWorker, Role.SiteCoordinator, Role.Director, Role.Administrator];

    private static readonly Role[] HeldEncounterRoles = [Role.SiteCoordinator, Role.Director];

    /// <summary>The organization's name, or "your program" if it has none.</summary>
    public string OrganizationName => Organization.Name.Length > 0 ? Organization.Name : "your program";

    /// <summary>Whether the person is an administrator of the organization that manages the installation.</summary>
    public bool ManagesInstallation => Organization.ManagesInstallation && IsAdministrator;

    /// <summary>Whether the person is an administrator.</summary>
    public bool IsAdministrator => HasRole(Role.Administrator);

    /// <summary>Whether the person may see figures.</summary>
    public bool CanSeeFigures => HasRole(FigureRoles);

    /// <summary>Whether the person may see the figures of some sites only.</summary>
    public bool IsLimitedToSites => CanSeeFigures && Grants(FigureRoles).All(grant => grant.SiteIds.Count > 0);

    /// <summary>Ids of other organizations whose totals the person may see, but not their sites; empty if there are none.</summary>
    public IReadOnlyList<string> FiguresFrom =>
        Grants([Role.Director, Role.Administrator]).Any(grant => grant.SiteIds.Count == 0) ? Organization.FiguresFrom : [];

    /// <summary>The sites or organizations whose figures the person may see, in words.</summary>
    public string ScopeLabel =>
        FiguresFrom.Count > 0 ? DisplayFormat.Count(FiguresFrom.Count, "organization", "organizations together") : IsLimitedToSites ? "your sites" : "all sites";

    /// <summary>Whether the person has one of these roles at any site.</summary>
    public bool HasRole(params IReadOnlyCollection<Role> roles) => Grants(roles).Any();

    /// <summary>Whether the person has one of these roles at a site.</summary>
    public bool HasRoleAt(string siteId, params IReadOnlyCollection<Role> roles) =>
        Grants(roles).Any(grant => grant.SiteIds.Count == 0 || grant.SiteIds.Contains(siteId));

    /// <summary>Whether the person may read held encounters.</summary>
    /// <param name="siteId">The site that they were sent to; null for all sites.</param>
    public bool CanReadHeldEncounters(string? siteId) => siteId is null ? HasRole(HeldEncounterRoles) : HasRoleAt(siteId, HeldEncounterRoles);

    /// <summary>Whether the person may see the figures of one site.</summary>
    public bool CanSeeFiguresOf(string siteId) => FiguresFrom.Count == 0 && HasRoleAt(siteId, FigureRoles);

    private IEnumerable<Grant> Grants(IReadOnlyCollection<Role> roles) => Person.Grants.Where(grant => roles.Contains(grant.Role));
}
