using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Outreach.Domain.Access;

namespace Outreach.Server.Access;

/// <summary>The address of the dashboard in browsers.</summary>
internal sealed class DashboardAddress(AccessSettings settings, IServer server)
{
    /// <summary>A link that opens the dashboard with a code filled in. The code follows the #, which browsers do not send to servers, so it is not logged.</summary>
    public string CreateEnrollmentLink(EnrollmentCode code) => new Uri(GetBaseAddress(), $"/#code={code.ToDisplayString()}").AbsoluteUri;

    /// <summary>A link that signs in the first administrator and opens the set-up of the program.</summary>
    public string CreateSetUpLink(string code) => new Uri(GetBaseAddress(), $"/set-up#code={code}").AbsoluteUri;

    /// <summary>The absolute address of a path, which begins with a slash.</summary>
    public string ToAbsolute(string path) => new Uri(GetBaseAddress(), path).AbsoluteUri;

    /// <summary>True if browsers use HTTPS.</summary>
    public bool IsHttps => GetBaseAddress().Scheme == Uri.UriSchemeHttps;

    private Uri GetBaseAddress()
    {
        if (settings.PublicAddress.Length > 0)
            return new Uri(settings.PublicAddress);
        var listens = new UriBuilder(server.Features.Get<IServerAddressesFeature>()!.Addresses.ElementAt(1));
        if (IPAddress.TryParse(listens.Host.Trim('[', ']'), out var address) && (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any)))
            listens.Host = Dns.GetHostName();
        return listens.Uri;
    }
}
