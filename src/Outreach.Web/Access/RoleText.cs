using Outreach.Protocol.Access.V1;

namespace Outreach.Web.Access;

/// <summary>What is said of roles, in words.</summary>
internal static class RoleText
{
    /// <summary>Every role with its name and what it allows, in the order to offer them.</summary>
    public static readonly IReadOnlyList<(Role Role, string Name, string Allows)> All =
    [
        (Role.OutreachWorker, "Outreach worker", "Logs encounters and sees what a site holds."),
        (Role.SiteCoordinator, "Site coordinator", "Also receives stock, settles what waits, corrects records, and sees people and devices."),
        (Role.Navigator, "Navigator", "Goes with people from outreach to treatment. Reads encounters."),
        (Role.IntakeStaff, "Intake staff", "Takes people in at a treatment program. Sees sites, and nothing recorded there."),
        (Role.Director, "Director or analyst", "Reads everything and changes nothing."),
        (Role.Administrator, "Administrator", "Keeps sites, people and devices of the whole program. Reads no encounter."),
    ];

    /// <summary>The name of a role.</summary>
    public static string NameOf(Role role) => All.FirstOrDefault(entry => entry.Role == role).Name ?? "Another role";

    /// <summary>A person's roles and where they are held, "Outreach worker (2 sites), Navigator".</summary>
    public static string Describe(IEnumerable<Grant> grants, Func<string, string> siteName) => string.Join(", ", grants.Select(grant => grant.SiteIds.Count switch
    {
        0 => NameOf(grant.Role),
        1 => $"{NameOf(grant.Role)} ({siteName(grant.SiteIds[0])})",
        var count => $"{NameOf(grant.Role)} ({count} sites)",
    }));
}
