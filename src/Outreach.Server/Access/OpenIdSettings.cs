using System.ComponentModel;
using System.Net;
using Outreach.Domain;
using Outreach.Domain.Access;
using Outreach.Server.Configuration;

namespace Outreach.Server.Access;

/// <summary>An OpenID Connect provider that people may sign in with, under <c>Outreach:OpenId</c>.</summary>
internal sealed class OpenIdSettings
{
    public const int MaxNameLength = 100;

    [Description("The provider's address, with https except on this machine. Empty: no provider.")]
    public string Authority { get; set; } = "";

    [Description("The audience that the provider's tokens must name: what this server is called there.")]
    public string Audience { get; set; } = "";

    [Description("The claim that lists a person's groups.")]
    public string GroupsClaim { get; set; } = "groups";

    [Description("What people in each group may do. People in none of them are not let in.")]
    public IList<OpenIdGroup> Groups { get; } = [];

    [Description("The dashboard's client id at the provider. Empty: people cannot sign in to the dashboard with the provider.")]
    public string ClientId { get; set; } = "";

    [Description("The dashboard's client secret at the provider, if it has one. It is in no log.")]
    public string ClientSecret { get; set; } = "";

    [Description("What people call the provider, 1 to 100 characters: the dashboard says \"Sign in with\" it.")]
    public string Name { get; set; } = "your organization";

    [Description("Further scopes to ask the provider for at sign-in, separated by spaces, such as groups.")]
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
            throw new StartException("Outreach:OpenId:Audience must be the audience of the provider's tokens; it is empty.");
        foreach (var group in Groups)
            group.Validate();
    }

    private static bool IsLoopback(Uri address) => address.Scheme == Uri.UriSchemeHttp && IPAddress.TryParse(address.Host, out var ip) && IPAddress.IsLoopback(ip);
}

/// <summary>What people in a group may do. A group may be listed several times.</summary>
internal sealed class OpenIdGroup
{
    [Description("The group, as the provider names it.")]
    public string Group { get; set; } = "";

    [Description("The role of people in the group.")]
    public Role Role { get; set; }

    [Description("The organization of people in the group. If a person's groups belong to several, the first in the list counts.")]
    public string Organization { get; set; } = OrganizationId.First.Value;

    [Description("The sites where they have the role. None: all sites of the organization.")]
    public IList<string> Sites { get; } = [];

    /// <exception cref="StartException">A setting is wrong.</exception>
    internal void Validate()
    {
        if (Group.Length == 0 || !Enum.IsDefined(Role))
            throw new StartException($"Each of Outreach:OpenId:Groups must name a Group and a Role: {string.Join(", ", Enum.GetNames<Role>())}.");
        foreach (var id in Sites.Append(Organization).Where(id => !Slug.IsValid(id)))
            throw new StartException($"In Outreach:OpenId:Groups, ids must have {Slug.Rule}; this is '{id}'.");
        if (Role == Role.Administrator && Sites.Count > 0)
            throw new StartException("In Outreach:OpenId:Groups, an administrator must have no Sites, because the role holds for the whole organization; this has Sites.");
    }
}
