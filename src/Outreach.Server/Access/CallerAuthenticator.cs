using Microsoft.Extensions.Primitives;
using NodaTime;
using Outreach.Domain;
using Outreach.Domain.Access;
using Outreach.Domain.Recording;
using Outreach.Domain.Sites;
using Outreach.Server.Rpc;
using Outreach.Server.Sites;

namespace Outreach.Server.Access;

/// <summary>Finds out who calls, and whether a policy lets them.</summary>
internal sealed class CallerAuthenticator(
    AccessTokens tokens, OpenIdTokenValidator elsewhere, DeviceCache devices, PersonCache people, OrganizationCache organizations, ISiteCache sites, IClock clock)
{
    private const string Scheme = "Bearer ";

    /// <summary>Who calls, by the token that a call carries.</summary>
    /// <exception cref="RefusedException">There is no token, or it is no good, or whom it stands for may not come in any more.</exception>
    public async ValueTask<Caller> AuthenticateAsync(StringValues authorization, CancellationToken cancel)
    {
        if (authorization is not [{ } header] || !header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            throw new RefusedException(Refusal.Unauthenticated("TOKEN_MISSING", "This call needs an access token, as 'Bearer' and the token in 'authorization'."));
        var token = header[Scheme.Length..].Trim();
        if (await tokens.ValidateAsync(token, cancel) is { } claims)
            return await FindAsync(claims.Person, claims.Device, cancel) ?? throw new RefusedException(DeviceRules.SessionEnded());
        if (await elsewhere.ValidateAsync(token, cancel) is { } vouched)
            return await FindAsync(vouched, cancel) ?? throw new RefusedException(DeviceRules.SessionEnded());
        throw new RefusedException(Refusal.Unauthenticated("TOKEN_WRONG", "This access token is not one that is taken here, or not of now. Refresh it."));
    }

    /// <summary>A caller whom another provider vouches for; null where the person's part was ended here.</summary>
    public async ValueTask<Caller?> FindAsync(ExternalIdentity vouched, CancellationToken cancel) =>
        await people.FindAsync(vouched.Person.Id.Value, cancel) is { Ended: true } known && known.Organization == vouched.Person.Organization
            ? null
            : new Caller(vouched.Person, null, await FiguresFromAsync(vouched.Person, cancel), vouched.ExpiresAt);

    /// <summary>A caller as of now; null where the device may not come in or the person's part has ended.</summary>
    public async ValueTask<Caller?> FindAsync(PersonId person, EnrolledDeviceId device, CancellationToken cancel) =>
        await devices.FindAsync(device.Value, cancel) is { } enrolled && enrolled.Person == person && await FindOwnerAsync(enrolled, cancel) is { } owner
            ? new Caller(owner, device, await FiguresFromAsync(owner, cancel), enrolled.Until)
            : null;

    /// <summary>Whom a device lets in as of now; null where it may not come in or its owner's part has ended.</summary>
    public async ValueTask<Person?> FindOwnerAsync(Device device, CancellationToken cancel) =>
        device.IsActive(clock.GetCurrentInstant()) && await people.FindAsync(device.Person.Value, cancel) is { Ended: false } owner ? owner : null;

    /// <summary>Why a policy does not let a caller do something; null where it does.</summary>
    /// <param name="policy">The method's.</param>
    /// <param name="caller">Who calls.</param>
    /// <param name="named">The sites that the request names.</param>
    /// <param name="cancel">Ends the wait.</param>
    public async ValueTask<Refusal?> AuthorizeAsync(AllowAttribute policy, Caller caller, IReadOnlyList<string> named, CancellationToken cancel)
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
                var mine = GetSiteScope(policy, caller);
                foreach (var site in named)
                {
                    if (!await IncludesAsync(mine, site, policy.AllowUnknownSites, cancel))
                        return Slug.IsValid(site) ? SiteRules.Unknown(new SiteId(site)) : Refusal.NotFound("SITE_UNKNOWN", $"There is no site '{Excerpt.From(site)}'.");
                }

                return null;
            default:
                throw new InvalidOperationException($"A policy with the reach {policy.Reach} lets in nobody.");
        }
    }

    /// <summary>The sites that a policy lets a caller act on.</summary>
    public static SiteScope GetSiteScope(AllowAttribute policy, Caller caller) => caller.GetSiteScope([.. policy.Roles]);

    /// <summary>Whether a site is among some.</summary>
    /// <param name="mine">The sites.</param>
    /// <param name="site">
    /// The id that was sent. One that is malformed is left to the method, which names it, unless it is held there like one that
    /// nobody has.
    /// </param>
    /// <param name="unknownToo">Whether a site that does not exist is one of the first organization's.</param>
    /// <param name="cancel">Ends the wait.</param>
    public async ValueTask<bool> IncludesAsync(SiteScope mine, string site, bool unknownToo, CancellationToken cancel)
    {
        if (!Slug.IsValid(site))
            return !unknownToo || mine.Contains(site, OrganizationId.First);
        return await sites.FindAsync(site, cancel) is { } known
            ? mine.Contains(site, known.Organization)
            : unknownToo && mine.Contains(site, OrganizationId.First);
    }

    private async ValueTask<EquatableList<OrganizationId>> FiguresFromAsync(Person person, CancellationToken cancel) =>
        (await organizations.FindAsync(person.Organization.Value, cancel))?.FiguresFrom ?? [];

    private static Refusal Forbidden() => Refusal.Forbidden("ROLE_MISSING", "None of the caller's roles may do this.");
}

