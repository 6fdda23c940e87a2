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

    [Description("The provider's address, with https except on this computer. If empty, there is no provider.")]
    public string Authority { get; set; } = "";

    [Description("The audience that the provider's tokens must have: the provider's name for this server.")]
    public string Audience { get; set; } = "";

    [Description("The claim that lists a person's groups.")]
    public string GroupsClaim { get; set; } = "groups";

    [Description("The roles of people in each group. People in none of the groups have no access.")]
    public IList<OpenIdGroup> Groups { get; } = [];

    [Description("The dashboard's client id at the provider. If empty, people cannot sign in to the dashboard with the provider.")]
    public string ClientId { get; set; } = "";

    [Description("The dashboard's client secret at the provider, if it has one. It is never logged.")]
    public string ClientSecret { get; set; } = "";

    [Description("The provider's name for people, 1 to 100 characters. The dashboard shows \"Sign in with\" and the name.")]
    public string Name { get; set; } = "your organization";

    [Description("Further scopes to request from the provider at sign-in, separated by spaces, such as groups.")]
    public string Scopes { get; set; } = "";

    /// <summary>True if a provider is set.</summary>
    public bool IsSet => Authority.Length > 0;

    /// <summary>True if people sign in to the dashboard with the provider.</summary>
    public bool HasBrowserSignIn => ClientId.Length > 0;

    /// <exception cref="StartException">A setting is wrong.</exception>
    internal void Validate()
    {
        if (HasBrowserSignIn && (!IsSet || Name.Length is 0 or > MaxNameLength))
            throw new StartException($"Outreach:OpenId:ClientId needs Outreach:OpenId:Authority, and a Name of 1 to {MaxNameLength} characters.");
        if (!IsSet)
            return;
        if (!Uri.TryCreate(Authority, UriKind.Absolute, out var address) || (address.Scheme != Uri.UriSchemeHttps && !IsLoopback(address)))
            throw new StartException($"Outreach:OpenId:Authority must be an address with https; this is '{Authority}'.");
        if (Audience.Length == 0)
            throw new StartException("Outreach:OpenId:Audience must be the audience of the provider's tokens; this is empty.");
        foreach (var group in Groups)
            group.Validate();
    }

    private static bool IsLoopback(Uri address) => address.Scheme == Uri.UriSchemeHttp && IPAddress.TryParse(address.Host, out var ip) && IPAddress.IsLoopback(ip);
}

/// <summary>The role of people in a group. A group may be listed several times.</summary>
internal sealed class OpenIdGroup
{
    [Description("The provider's name for the group.")]
    public string Group { get; set; } = "";

    [Description("The role of people in the group.")]
    public Role Role { get; set; }

    [Description("The organization of people in the group. If a person's groups belong to several, the first in the list counts.")]
    public string Organization { get; set; } = OrganizationId.First.Value;

    [Description("The sites where they have the role. If none are listed, all sites of the organization.")]
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
