using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Outreach.Domain.Access;

namespace Outreach.Server.Hosting;

/// <summary>Where browsers find the dashboard.</summary>
internal sealed class WebAddress(ServerSettings settings, IServer server)
{
    /// <summary>A link that opens the dashboard with a code filled in. The code is behind the #: browsers send it to no server and keep it from logs.</summary>
    public string CreateEnrollmentLink(EnrollmentCode code) => ToAbsolute($"/#code={code.ToDisplayString()}");

    /// <summary>A link that lets the first administrator in and opens the set-up of the program.</summary>
    public string CreateSetUpLink(string code) => ToAbsolute($"/set-up#code={code}");

    /// <summary>The address of something beside the dashboard.</summary>
    /// <param name="path">From the root on, with the slash before it.</param>
    public string ToAbsolute(string path) => new Uri(GetBaseAddress(), path).AbsoluteUri;

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
