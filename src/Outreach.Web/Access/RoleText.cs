using Outreach.Protocol.Access.V1;

namespace Outreach.Web.Access;

/// <summary>Texts about roles.</summary>
internal static class RoleText
{
    /// <summary>The roles with their names and what they allow, in display order.</summary>
    public static readonly IReadOnlyList<(Role Role, string Name, string Allows)> All =
    [
        (Role.OutreachWorker, "Outreach worker", "Logs encounters. Sees the stock and figures of the sites."),
        (Role.SiteCoordinator, "Site coordinator", "Also receives stock, reviews held encounters, corrects encounters, and sees people and devices."),
        (Role.Navigator, "Navigator", "Helps people get from outreach to treatment. Reads encounters."),
        (Role.IntakeStaff, "Intake staff", "Admits people to a treatment program. Sees the list of sites, but no encounters or figures."),
        (Role.Director, "Director or analyst", "Reads everything. Changes nothing."),
        (Role.Administrator, "Administrator", "Manages sites, people and devices. Sees figures, but no encounters."),
    ];

    /// <summary>The name of a role.</summary>
    public static string NameOf(Role role) => All.FirstOrDefault(entry => entry.Role == role).Name ?? "Another role";

    /// <summary>A person's roles and their sites, for example "Outreach worker (2 sites), Navigator".</summary>
    public static string Describe(IEnumerable<Grant> grants, Func<string, string> siteName) => string.Join(", ", grants.Select(grant => grant.SiteIds.Count switch
    {
        0 => NameOf(grant.Role),
        1 => $"{NameOf(grant.Role)} ({siteName(grant.SiteIds[0])})",
        var count => $"{NameOf(grant.Role)} ({count} sites)",
    }));
}
