using System.ComponentModel;
using System.Net;
using Outreach.Server.Configuration;

namespace Outreach.Server.Hosting;

/// <summary>Settings for listening.</summary>
internal sealed class ListeningSettings : ISettingsSection
{
    [Description("The IP address to listen at.")]
    public string Listen { get; set; } = "127.0.0.1";

    [Description("The port for gRPC over HTTP/2, 0 to 65535; 0 for any free port.")]
    public int GrpcPort { get; set; } = 5080;

    [Description("The port for browsers and curl over HTTP/1.1 (dashboard, JSON, gRPC-Web), 0 to 65535; 0 for any free port.")]
    public int WebPort { get; set; } = 5081;

    [Description("A certificate file in PEM format, followed by its chain. It is read again when it changes. If empty, there is no TLS.")]
    public string Certificate { get; set; } = "";

    [Description("The file of the certificate's private key in PEM format, not encrypted. If empty, the key is in the certificate file.")]
    public string CertificateKey { get; set; } = "";

    [Description("Whether to listen without TLS at an address that others can reach, because a proxy in front of the server has TLS.")]
    public bool PlainHttp { get; set; }

    [Description("IP addresses of proxies in front of the server, separated by commas. X-Forwarded-For is trusted only from them.")]
    public string Proxies { get; set; } = "";

    /// <summary>The addresses in <see cref="Proxies"/>.</summary>
    public IEnumerable<string> ProxyAddresses => Proxies.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    public bool HasTls => Certificate.Length > 0;

    public bool IsLoopback => IPAddress.IsLoopback(IPAddress.Parse(Listen));

    public void Validate()
    {
        AddressSettings.CheckAddress(nameof(Listen), Listen);
        foreach (var proxy in ProxyAddresses)
            AddressSettings.CheckAddress(nameof(Proxies), proxy);
        AddressSettings.CheckPort(nameof(GrpcPort), GrpcPort);
        AddressSettings.CheckPort(nameof(WebPort), WebPort);
        CheckTls();
    }

    private void CheckTls()
    {
        if (CertificateKey.Length == 0)
            CertificateKey = Certificate;
        foreach (var file in new[] { Certificate, CertificateKey })
        {
            if (file.Length > 0 && !File.Exists(file))
                throw new StartException($"Outreach:Certificate and Outreach:CertificateKey must be existing files; '{file}' does not exist.");
        }

        if (!HasTls && !PlainHttp && !IsLoopback)
            throw new StartException(
                $"Without TLS at {Listen}, others on the network could read the traffic. Set Outreach:Certificate, or Outreach:PlainHttp=true if a proxy in front of the server has TLS.");
    }
}
