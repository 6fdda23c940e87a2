using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Outreach.Domain.Access;
using Outreach.Domain.Sites;

namespace Outreach.Server.Access;

/// <summary>Maps a provider's token to a person here, identified by a hash of the token's subject, with the roles of their groups.</summary>
internal sealed class OpenIdPersonMapper(OpenIdSettings settings, SecretHasher hasher)
{
    /// <summary>The label of all these people, because the provider's names for them are not stored.</summary>
    private const string Label = "Signed in elsewhere";

    /// <summary>The person of a valid token; null if none of its groups has a role here.</summary>
    public async ValueTask<Person?> MapAsync(JsonWebToken token, CancellationToken cancel)
    {
        var groups = GetGroups(token);
        var mapped = settings.Groups.Where(group => groups.Contains(group.Group)).ToList();
        if (mapped.Count == 0 || token.Subject is not { Length: > 0 } subject)
            return null;
        var organization = new OrganizationId(mapped[0].Organization);
        var grants = mapped.Where(group => group.Organization == mapped[0].Organization)
            .Select(group => new Grant(group.Role, [.. group.Sites.Order(StringComparer.Ordinal).Select(site => new SiteId(site))]));
        var id = await hasher.HashPersonAsync(organization, token.Issuer, subject, cancel);
        return new Person(id, organization, Label, PersonKind.Person, [.. grants]);
    }

    private HashSet<string> GetGroups(JsonWebToken token)
    {
        if (!token.TryGetPayloadValue<JsonElement>(settings.GroupsClaim, out var claim))
            return [];
        return claim.ValueKind switch
        {
            JsonValueKind.String => [claim.GetString()!],
            JsonValueKind.Array => [.. claim.EnumerateArray().Where(one => one.ValueKind == JsonValueKind.String).Select(one => one.GetString()!)],
            _ => [],
        };
    }
}
