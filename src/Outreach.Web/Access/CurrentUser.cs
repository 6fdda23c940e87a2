using Outreach.Protocol.Access.V1;
using Outreach.Web.Reports;

namespace Outreach.Web.Access;

/// <summary>Who is signed in, and what that person may see here. The server decides; this only keeps the page from offering what it refuses.</summary>
/// <param name="Person">The person, with the roles.</param>
/// <param name="Organization">The person's organization.</param>
public sealed record CurrentUser(Person Person, Organization Organization)
{
    private static readonly Role[] FigureRoles = [Role.OutreachWorker, Role.SiteCoordinator, Role.Director, Role.Administrator];

    private static readonly Role[] HeldRecordRoles = [Role.SiteCoordinator, Role.Director];

    private static readonly Role[] LoggingRoles = [Role.OutreachWorker, Role.SiteCoordinator];

    /// <summary>Whether there are figures that the person may see.</summary>
    public bool CanSeeFigures => Grants(FigureRoles).Any();

    /// <summary>Whether the figures are of some sites of the organization only.</summary>
    public bool IsLimitedToSites => CanSeeFigures && Grants(FigureRoles).All(grant => grant.SiteIds.Count > 0);

    /// <summary>Ids of other organizations whose figures the person may see, together and not by site; empty where there are none.</summary>
    public IReadOnlyList<string> FiguresFrom =>
        Grants([Role.Director, Role.Administrator]).Any(grant => grant.SiteIds.Count == 0) ? Organization.FiguresFrom : [];

    /// <summary>All that the person may see the figures of, in words.</summary>
    public string ScopeLabel =>
        FiguresFrom.Count > 0 ? DisplayFormat.Count(FiguresFrom.Count, "organization", "organizations together") : IsLimitedToSites ? "your sites" : "all sites";

    /// <summary>Whether the person may log encounters somewhere.</summary>
    public bool CanLogEncounters => Grants(LoggingRoles).Any();

    /// <summary>Whether the person may add sites.</summary>
    public bool CanAddSites => Grants([Role.Administrator]).Any();

    /// <summary>What the person is, in words; empty where no role is held.</summary>
    public string RoleNames => string.Join(", ", Person.Grants.Select(grant => NameOf(grant.Role)).Distinct());

    /// <summary>Whether the person may read the records that wait.</summary>
    /// <param name="siteId">Those sent to this site; null for all.</param>
    public bool CanReadHeldRecords(string? siteId) =>
        Grants(HeldRecordRoles).Any(grant => siteId is null || grant.SiteIds.Count == 0 || grant.SiteIds.Contains(siteId));

    /// <summary>Whether the person may see the figures of a site by itself.</summary>
    public bool CanSeeFiguresOf(string siteId) =>
        FiguresFrom.Count == 0 && Grants(FigureRoles).Any(grant => grant.SiteIds.Count == 0 || grant.SiteIds.Contains(siteId));

    private static string NameOf(Role role) => role switch
    {
        Role.OutreachWorker => "outreach worker",
        Role.SiteCoordinator => "site coordinator",
        Role.Navigator => "navigator",
        Role.IntakeStaff => "intake staff",
        Role.Director => "director or analyst",
        Role.Administrator => "administrator",
        _ => "a role that this page does not know",
    };

    private IEnumerable<Grant> Grants(IReadOnlyCollection<Role> roles) => Person.Grants.Where(grant => roles.Contains(grant.Role));
}
