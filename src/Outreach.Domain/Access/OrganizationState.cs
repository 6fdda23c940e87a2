using NodaTime;

namespace Outreach.Domain.Access;

/// <summary>An organization and its history in short.</summary>
/// <param name="Organization">The organization as it is.</param>
/// <param name="Version">The place in its stream of the fact that made it so: who saw it saw this state.</param>
/// <param name="AddedAt">When it was added, by the server's clock.</param>
/// <param name="ChangedAt">When it was last added or changed, by the server's clock.</param>
public sealed record OrganizationEntry(Organization Organization, long Version, Instant AddedAt, Instant ChangedAt)
{
    /// <summary>The entry that a fact makes by itself.</summary>
    public static OrganizationEntry From(OrganizationEvent fact, long version, Instant recordedAt) =>
        new(fact.Organization, version, (fact as OrganizationEvent.OrganizationChanged)?.AddedAt ?? recordedAt, recordedAt);
}

/// <summary>One organization as its facts have made it.</summary>
/// <param name="Entry">The organization; null before its first fact.</param>
/// <param name="AddedAs">The organization as it was first added: the same request again is known by it; null before its first fact.</param>
public sealed record OrganizationState(OrganizationEntry? Entry, Organization? AddedAs)
{
    /// <summary>An organization before its first fact.</summary>
    public static OrganizationState Empty { get; } = new(null, null);

    /// <summary>The state after one more fact. Total.</summary>
    public OrganizationState Apply(OrganizationEvent fact, long version, Instant recordedAt) =>
        new(OrganizationEntry.From(fact, version, recordedAt), AddedAs ?? fact.Organization);
}
