using Outreach.Protocol.Access.V1;
using Role = Outreach.Domain.Access.Role;

namespace Outreach.Server.Access;

/// <summary>Which callers a policy admits, depending on what the method acts on.</summary>
internal enum Reach
{
    /// <summary>Anyone, without a token.</summary>
    Anyone,

    /// <summary>Everybody who is signed in.</summary>
    SignedIn,

    /// <summary>
    /// Callers with one of the roles at any site. The method shows only the sites in
    /// <see cref="ServerCallContextExtensions.GetSiteScope"/>.
    /// </summary>
    Somewhere,

    /// <summary>Callers with one of the roles at the sites in the request. Other callers get the same answer as if the sites did not exist.</summary>
    Site,

    /// <summary>Administrators of the first organization.</summary>
    Installation,
}

/// <summary>The authorization policy of one RPC. The server does not start if a method has none.</summary>
/// <param name="reach">Which callers it admits.</param>
/// <param name="roles">The roles, if the reach requires one.</param>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class AllowAttribute(Reach reach, params Role[] roles) : Attribute
{
    public Reach Reach { get; } = reach;

    public IReadOnlyList<Role> Roles { get; } = roles;

    /// <summary>The fields with site ids, as paths of proto names, for <see cref="Reach.Site"/>. Empty fields are skipped.</summary>
    public string[] SitePaths { get; init; } = [];

    /// <summary>
    /// True if a site that does not exist belongs to the first organization, so that a record for it is held and not lost.
    /// </summary>
    public bool AllowUnknownSites { get; init; }

    /// <summary>The kind of audit entry that is written before a call is answered; unspecified for none.</summary>
    public AuditKind AuditAs { get; init; }
}
