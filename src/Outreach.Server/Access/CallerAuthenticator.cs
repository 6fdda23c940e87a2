using Microsoft.Extensions.Primitives;
using NodaTime;
using Outreach.Domain;
using Outreach.Domain.Access;
using Outreach.Domain.Recording;
using Outreach.Domain.Sites;
using Outreach.Server.Rpc;

namespace Outreach.Server.Access;

/// <summary>Authenticates callers, and authorizes them by a method's policy.</summary>
internal sealed class CallerAuthenticator(
    AccessTokens tokens, OpenIdTokenValidator openIdTokens, DeviceCache devices, PersonCache people, OrganizationCache organizations, ISiteOrganizations sites, IClock clock)
{
    private const string Scheme = "Bearer ";

    /// <summary>The caller, by the access token of the call.</summary>
    /// <exception cref="RefusedException">The token is missing or invalid, or its session has ended.</exception>
    public async ValueTask<Caller> AuthenticateAsync(StringValues authorization, CancellationToken cancel)
    {
        if (authorization is not [{ } header] || !header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            throw new RefusedException(Refusal.Unauthenticated("TOKEN_MISSING", "This call needs an access token, as 'Bearer' and the token in 'authorization'."));
        var token = header[Scheme.Length..].Trim();
        if (await tokens.ValidateAsync(token, cancel) is { } claims)
            return await FindAsync(claims.Person, claims.Device, cancel) ?? throw new RefusedException(DeviceRules.SessionEnded());
        if (await openIdTokens.ValidateAsync(token, cancel) is { } identity)
            return await FindAsync(identity, cancel) ?? throw new RefusedException(DeviceRules.SessionEnded());
        throw new RefusedException(Refusal.Unauthenticated("TOKEN_WRONG", "This access token is not valid here, or has expired. Refresh it."));
    }

    /// <summary>A caller who signed in with the OpenID Connect provider; null if an administrator has ended the person's access here.</summary>
    public async ValueTask<Caller?> FindAsync(ExternalIdentity identity, CancellationToken cancel) =>
        await people.FindAsync(identity.Person.Id.Value, cancel) is { Ended: true } ended && ended.Organization == identity.Person.Organization
            ? null
            : new Caller(identity.Person, null, await FiguresFromAsync(identity.Person, cancel), identity.ExpiresAt);

    /// <summary>The current caller; null if the device is inactive or its owner's access has ended.</summary>
    public async ValueTask<Caller?> FindAsync(PersonId person, EnrolledDeviceId device, CancellationToken cancel) =>
        await devices.FindAsync(device.Value, cancel) is { } enrolled && enrolled.Person == person && await FindOwnerAsync(enrolled, cancel) is { } owner
            ? new Caller(owner, device, await FiguresFromAsync(owner, cancel), enrolled.Until)
            : null;

    /// <summary>The current owner of a device; null if the device is inactive or its owner's access has ended.</summary>
    public async ValueTask<Person?> FindOwnerAsync(Device device, CancellationToken cancel) =>
        device.IsActive(clock.GetCurrentInstant()) && await people.FindAsync(device.Person.Value, cancel) is { Ended: false } owner ? owner : null;

    /// <summary>Why a policy refuses a caller; null if it does not.</summary>
    /// <param name="policy">The method's policy.</param>
    /// <param name="caller">The caller.</param>
    /// <param name="siteIds">The site ids in the request.</param>
    /// <param name="cancel">Cancels the check.</param>
    public async ValueTask<Refusal?> AuthorizeAsync(AllowAttribute policy, Caller caller, IReadOnlyList<string> siteIds, CancellationToken cancel)
    {
        switch (policy.Reach)
        {
            case Reach.Anyone or Reach.SignedIn:
                return null;
            case Reach.Installation:
                return caller.AdministersInstallation ? null : Forbidden();
            case Reach.Somewhere or Reach.Site:
                if (!policy.Roles.Any(caller.Person.HasRole))
                    return Forbidden();
                var scope = GetSiteScope(policy, caller);
                foreach (var site in siteIds)
                {
                    if (!await IncludesAsync(scope, site, policy.AllowUnknownSites, cancel))
                        return Slug.IsValid(site) ? SiteRules.Unknown(new SiteId(site)) : Refusal.NotFound("SITE_UNKNOWN", $"There is no site '{Excerpt.From(site)}'.");
                }

                return null;
            default:
                throw new InvalidOperationException($"A policy with the reach {policy.Reach} admits nobody.");
        }
    }

    /// <summary>The sites where a policy admits a caller.</summary>
    public static SiteScope GetSiteScope(AllowAttribute policy, Caller caller) => caller.GetSiteScope([.. policy.Roles]);

    /// <summary>True if a scope includes a site.</summary>
    /// <param name="scope">The scope.</param>
    /// <param name="site">The id that was sent. A malformed one is included, because the method reports it, unless unknown sites are allowed.</param>
    /// <param name="allowUnknownSites">True if a site that does not exist belongs to the first organization.</param>
    /// <param name="cancel">Cancels the check.</param>
    public async ValueTask<bool> IncludesAsync(SiteScope scope, string site, bool allowUnknownSites, CancellationToken cancel)
    {
        if (!Slug.IsValid(site))
            return !allowUnknownSites || scope.Contains(site, OrganizationId.First);
        return await sites.FindOwnerAsync(site, cancel) is { } owner
            ? scope.Contains(site, owner)
            : allowUnknownSites && scope.Contains(site, OrganizationId.First);
    }

    private async ValueTask<EquatableList<OrganizationId>> FiguresFromAsync(Person person, CancellationToken cancel) =>
        (await organizations.FindAsync(person.Organization.Value, cancel))?.FiguresFrom ?? [];

    private static Refusal Forbidden() => Refusal.Forbidden("ROLE_MISSING", "None of the caller's roles may do this.");
}

