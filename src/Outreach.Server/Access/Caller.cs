using Grpc.Core;
using NodaTime;
using Outreach.Domain;
using Outreach.Domain.Access;
using Outreach.Domain.Recording;

namespace Outreach.Server.Access;

/// <summary>Who calls, as of now.</summary>
/// <param name="Person">Who.</param>
/// <param name="Device">From which device; null where another provider vouches for the person.</param>
/// <param name="FiguresFrom">Whose aggregate figures the caller's organization may see.</param>
/// <param name="ExpiresAt">Until when the caller may go on at most; null for no such time.</param>
internal sealed record Caller(Person Person, EnrolledDeviceId? Device, EquatableList<OrganizationId> FiguresFrom, Instant? ExpiresAt = null)
{
    /// <summary>The caller's organization.</summary>
    public OrganizationId Organization => Person.Organization;

    /// <summary>Whether the caller keeps the whole installation: an administrator of the organization that it began with.</summary>
    public bool AdministersInstallation => Organization == OrganizationId.First && Person.IsAdministrator();

    /// <summary>At which of the organization's sites the caller holds one of some roles.</summary>
    public SiteScope GetSiteScope(params ReadOnlySpan<Role> roles)
    {
        var some = new HashSet<string>(StringComparer.Ordinal);
        foreach (var grant in Person.Grants)
        {
            if (!roles.Contains(grant.Role))
                continue;
            if (grant.CoversAllSites())
                return new SiteScope(Organization, null);
            some.UnionWith(grant.Sites.Select(site => site.Value));
        }

        return new SiteScope(Organization, some);
    }
}

/// <summary>Where a call's caller is found.</summary>
internal static class ServerCallContextExtensions
{
    /// <summary>Who calls.</summary>
    /// <exception cref="InvalidOperationException">The method lets in anyone, so nobody was asked.</exception>
    public static Caller GetCaller(this ServerCallContext call) =>
        call.UserState.TryGetValue(typeof(Caller), out var caller)
            ? (Caller)caller
            : throw new InvalidOperationException($"{call.Method} asks who calls, and its policy does not.");

    /// <summary>Who calls, as what they do is signed in the ledger.</summary>
    public static ActorId GetActor(this ServerCallContext call) => new(call.GetCaller().Person.Id.Value);

    /// <summary>Who calls and from where, as what they send is signed in the ledger.</summary>
    public static Submitter GetSignature(this ServerCallContext call) => new(call.GetCaller().Person.Id, call.GetCaller().Device);

    /// <summary>The sites that a method's policy lets its caller act on.</summary>
    public static SiteScope GetSiteScope(this ServerCallContext call) => (SiteScope)call.UserState[typeof(SiteScope)];
}
