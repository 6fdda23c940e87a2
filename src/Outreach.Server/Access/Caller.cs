using Grpc.Core;
using NodaTime;
using Outreach.Domain;
using Outreach.Domain.Access;
using Outreach.Domain.Recording;

namespace Outreach.Server.Access;

/// <summary>The authenticated caller, as of now.</summary>
/// <param name="Person">The person.</param>
/// <param name="Device">The device; null if the person has a provider's token.</param>
/// <param name="FiguresFrom">Other organizations whose total figures the caller may see.</param>
/// <param name="ExpiresAt">When access ends at the latest; null for no limit.</param>
internal sealed record Caller(Person Person, EnrolledDeviceId? Device, EquatableList<OrganizationId> FiguresFrom, Instant? ExpiresAt = null)
{
    /// <summary>The caller's organization.</summary>
    public OrganizationId Organization => Person.Organization;

    /// <summary>True if the caller is an administrator of the first organization.</summary>
    public bool AdministersInstallation => Organization == OrganizationId.First && Person.IsAdministrator();

    /// <summary>The sites of the organization where the caller has one of the roles.</summary>
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

/// <summary>Finds the caller of a call.</summary>
internal static class ServerCallContextExtensions
{
    /// <exception cref="InvalidOperationException">The method's policy admits anyone, so the caller is not authenticated.</exception>
    public static Caller GetCaller(this ServerCallContext call) =>
        call.UserState.TryGetValue(typeof(Caller), out var caller)
            ? (Caller)caller
            : throw new InvalidOperationException($"{call.Method} needs an authenticated caller, but its policy admits anyone.");

    /// <summary>The caller as the actor of an event.</summary>
    public static ActorId GetActor(this ServerCallContext call) => new(call.GetCaller().Person.Id.Value);

    /// <summary>The caller and the device as the submitter of a record.</summary>
    public static Submitter GetSignature(this ServerCallContext call) => new(call.GetCaller().Person.Id, call.GetCaller().Device);

    /// <summary>The sites where the method's policy admits the caller.</summary>
    public static SiteScope GetSiteScope(this ServerCallContext call) => (SiteScope)call.UserState[typeof(SiteScope)];
}
