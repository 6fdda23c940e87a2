using System.Net;
using Outreach.Domain;
using Outreach.Domain.Access;
using Outreach.Server.Hosting;

namespace Outreach.Server.Access;

/// <summary>Another provider that vouches for people, under <c>Outreach:OpenId</c>: any that speaks OpenID Connect.</summary>
public sealed class OpenIdSettings
{
    public const int MaxNameLength = 100;

    /// <summary>The provider's address, with https except on this machine; empty: none.</summary>
    public string Authority { get; set; } = "";

    /// <summary>Whom the provider's tokens must be for: what this server is called there.</summary>
    public string Audience { get; set; } = "";

    /// <summary>The claim that lists a person's groups.</summary>
    public string GroupsClaim { get; set; } = "groups";

    /// <summary>What people of each group may do. Nobody is let in who is in none.</summary>
    public IList<OpenIdGroup> Groups { get; } = [];

    /// <summary>What the dashboard is called at the provider, for people to sign in to it there; empty: they do not.</summary>
    public string ClientId { get; set; } = "";

    /// <summary>What the provider knows the dashboard by, besides; empty where it asks for nothing. It gets into no log.</summary>
    public string ClientSecret { get; set; } = "";

    /// <summary>What people call the provider, 1 to <see cref="MaxNameLength"/> characters: they sign in "with" it.</summary>
    public string Name { get; set; } = "your organization";

    /// <summary>What else to ask the provider for when people sign in, separated by spaces, such as <c>groups</c>.</summary>
    public string Scopes { get; set; } = "";

    /// <summary>Whether a provider is set.</summary>
    public bool IsSet => Authority.Length > 0;

    /// <summary>Whether people sign in to the dashboard with the provider.</summary>
    public bool HasBrowserSignIn => ClientId.Length > 0;

    /// <exception cref="StartException">A setting is wrong.</exception>
    internal void Validate()
    {
        if (HasBrowserSignIn && (!IsSet || Name.Length is 0 or > MaxNameLength))
            throw new StartException($"Outreach:OpenId:ClientId needs Outreach:OpenId:Authority, and a Name of 1 to {MaxNameLength} characters.");
        if (!IsSet)
            return;
        if (!Uri.TryCreate(Authority, UriKind.Absolute, out var address) || (address.Scheme != Uri.UriSchemeHttps && !IsLoopback(address)))
            throw new StartException($"Outreach:OpenId:Authority must be an address with https; it is '{Authority}'.");
        if (Audience.Length == 0)
            throw new StartException("Outreach:OpenId:Audience must say whom the provider's tokens are for; it is empty.");
        foreach (var group in Groups)
            group.Validate();
    }

    private static bool IsLoopback(Uri address) => address.Scheme == Uri.UriSchemeHttp && IPAddress.TryParse(address.Host, out var ip) && IPAddress.IsLoopback(ip);
}

/// <summary>What people of a group may do. A group may be listed several times.</summary>
public sealed class OpenIdGroup
{
    /// <summary>The group, as the provider names it.</summary>
    public string Group { get; set; } = "";

    /// <summary>What they may do.</summary>
    public Role Role { get; set; }

    /// <summary>Whose people they are. Where the groups of a person are of several, the first that is listed counts.</summary>
    public string Organization { get; set; } = OrganizationId.First.Value;

    /// <summary>Only at these sites; empty: at all of the organization.</summary>
    public IList<string> Sites { get; } = [];

    /// <exception cref="StartException">A setting is wrong.</exception>
    internal void Validate()
    {
        if (Group.Length == 0 || !Enum.IsDefined(Role))
            throw new StartException($"Each of Outreach:OpenId:Groups must name a Group and a Role: {string.Join(", ", Enum.GetNames<Role>())}.");
        foreach (var id in Sites.Append(Organization).Where(id => !Slug.IsValid(id)))
            throw new StartException($"In Outreach:OpenId:Groups an id is {Slug.Rule}; one is '{id}'.");
        if (Role == Role.Administrator && Sites.Count > 0)
            throw new StartException("In Outreach:OpenId:Groups an administrator is one of a whole organization; one has Sites.");
    }
}
