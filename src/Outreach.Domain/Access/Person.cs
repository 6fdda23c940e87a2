using Outreach.Domain.Sites;

namespace Outreach.Domain.Access;

/// <summary>Somebody who works for an organization, or a machine that does. Never a person who is served.</summary>
/// <param name="Id">Which.</param>
/// <param name="Organization">Whose. It stays so.</param>
/// <param name="Label">What colleagues know the person by at work, 1 to <see cref="MaxLabel"/> characters.</param>
/// <param name="Kind">Whether a person or a machine. It stays so.</param>
/// <param name="Grants">What the person may do, at most <see cref="MaxGrants"/>; empty: nothing.</param>
/// <param name="Ended">Whether the person has no part in it any more. It stays so.</param>
public sealed record Person(PersonId Id, OrganizationId Organization, string Label, PersonKind Kind, EquatableList<Grant> Grants, bool Ended = false)
{
    public const int MaxLabel = 100;
    public const int MaxGrants = 20;

    /// <summary>Whether the person can let others in.</summary>
    public bool IsAdministrator() => !Ended && HasRole(Role.Administrator);

    /// <summary>Whether the person has a role anywhere.</summary>
    public bool HasRole(Role role)
    {
        foreach (var grant in Grants)
        {
            if (grant.Role == role)
                return true;
        }

        return false;
    }
}

/// <summary>A role, and where it is held.</summary>
/// <param name="Role">What may be done.</param>
/// <param name="Sites">Only at these sites, at most <see cref="MaxSites"/>, each once and in the order of their ids; empty: at all of the organization.</param>
public sealed record Grant(Role Role, EquatableList<SiteId> Sites)
{
    public const int MaxSites = 1_000;

    /// <summary>Whether it is held at all sites, also those to come.</summary>
    public bool CoversAllSites() => Sites.Count == 0;
}

/// <summary>What a person may do. Each stands alone.</summary>
public enum Role
{
    OutreachWorker = 1,
    SiteCoordinator = 2,
    Navigator = 3,
    IntakeStaff = 4,
    Director = 5,
    Administrator = 6,
}

/// <summary>Whether a person or a machine.</summary>
public enum PersonKind
{
    Person = 1,
    Machine = 2,
}

/// <summary>Which settings of a person a change is about.</summary>
[Flags]
public enum PersonFields
{
    None = 0,
    Label = 1,
    Grants = 2,
    All = 3,
}
