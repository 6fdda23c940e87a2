using System.ComponentModel;
using Outreach.Server.Configuration;

namespace Outreach.Server.Access;

/// <summary>Settings for signing in.</summary>
internal sealed class AccessSettings : ISettingsSection
{
    [Description("Whether to print a code for an administrator at this start. Use it when every administrator has lost the device to sign in with.")]
    public bool AdministratorCode { get; set; }

    [Description("The address of the dashboard in browsers, such as https://outreach.example.org, for links. If empty, the address that the server listens at.")]
    public string PublicAddress { get; set; } = "";

    [Description("An OpenID Connect provider that people may sign in with.")]
    public OpenIdSettings OpenId { get; set; } = new();

    public void Validate()
    {
        if (PublicAddress.Length > 0
            && !(Uri.TryCreate(PublicAddress, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" && address.PathAndQuery == "/" && address.Fragment.Length == 0))
            throw new StartException($"Outreach:PublicAddress must be an address such as https://outreach.example.org; this is '{PublicAddress}'.");
        OpenId.Validate();
    }
}
