using Outreach.Domain.Recording.Settings;
using Outreach.Domain.Sites;

namespace Outreach.Domain.Access;

/// <summary>A person, or a machine, that works for an organization. Never a person whom it serves.</summary>
/// <param name="Id">The id.</param>
/// <param name="Organization">The organization. Never changes.</param>
/// <param name="Label">What colleagues call the person at work, 1 to <see cref="MaxLabel"/> characters.</param>
/// <param name="Kind">Person or machine. Never changes.</param>
/// <param name="Grants">What the person may do, at most <see cref="MaxGrants"/>; empty for nothing.</param>
/// <param name="Ended">True if the person has left the organization. Never becomes false again.</param>
public sealed record Person(PersonId Id, OrganizationId Organization, string Label, PersonKind Kind, EquatableList<Grant> Grants, bool Ended = false) : ISettings
{
    public const int MaxLabel = 100;
    public const int MaxGrants = 20;

    /// <summary>True if the person can give others access.</summary>
    public bool IsAdministrator() => !Ended && HasRole(Role.Administrator);

    /// <summary>True if the person has the role at any site.</summary>
    public bool HasRole(Role role)
    {
        foreach (var grant in Grants)
        {
            if (grant.Role == role)
                return true;
        }

        return false;
    }

    public string GetId() => Id.Value;
}

/// <summary>A role, and the sites where a person has it.</summary>
/// <param name="Role">The role.</param>
/// <param name="Sites">At most <see cref="MaxSites"/>, without duplicates, ordered by id; empty for all sites of the organization.</param>
public sealed record Grant(Role Role, EquatableList<SiteId> Sites)
{
    public const int MaxSites = 1_000;

    /// <summary>True if the role holds at all sites, including future ones.</summary>
    public bool CoversAllSites() => Sites.Count == 0;
}

/// <summary>What a person may do. No role includes another.</summary>
public enum Role
{
    OutreachWorker = 1,
    SiteCoordinator = 2,
    Navigator = 3,
    IntakeStaff = 4,
    Director = 5,
    Administrator = 6,
}

/// <summary>Whether an account belongs to a person or a machine.</summary>
public enum PersonKind
{
    Person = 1,
    Machine = 2,
}
