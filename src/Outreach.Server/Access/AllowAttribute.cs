using Outreach.Protocol.Access.V1;
using Role = Outreach.Domain.Access.Role;

namespace Outreach.Server.Access;

/// <summary>What a method acts on, and so whom its policy lets in.</summary>
internal enum Reach
{
    /// <summary>Anyone, without a token.</summary>
    Anyone,

    /// <summary>Everybody who is signed in, whatever the roles.</summary>
    SignedIn,

    /// <summary>
    /// Who holds one of the roles anywhere. The method itself answers for what the caller may see and no more:
    /// <see cref="ServerCallContextExtensions.GetSiteScope"/> says what that is.
    /// </summary>
    Somewhere,

    /// <summary>Who holds one of the roles at the sites that the request names; for others there is no such site.</summary>
    Site,

    /// <summary>Who keeps the installation.</summary>
    Installation,
}

/// <summary>The policy of one RPC, written beside it. A method without one is not served: the server does not start.</summary>
/// <param name="reach">What it acts on.</param>
/// <param name="roles">Which roles may; none where the reach asks for no role.</param>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class AllowAttribute(Reach reach, params Role[] roles) : Attribute
{
    public Reach Reach { get; } = reach;

    public IReadOnlyList<Role> Roles { get; } = roles;

    /// <summary>Fields that name a site, as paths in the proto's names, with <see cref="Reach.Site"/>; one that is empty is passed over.</summary>
    public string[] SitePaths { get; init; } = [];

    /// <summary>
    /// Whether a site that does not exist counts as one of the first organization, so that a record for it is held for a person
    /// of it and not lost.
    /// </summary>
    public bool AllowUnknownSites { get; init; }

    /// <summary>As what a call is recorded before it is answered; unspecified: not at all.</summary>
    public AuditKind AuditAs { get; init; }
}
