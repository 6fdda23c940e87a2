using System.Net;
using Npgsql;
using Outreach.Server.Access;
using Outreach.Server.Demo;

namespace Outreach.Server.Hosting;

/// <summary>What an operator can set, under <c>Outreach</c> in the configuration (<c>--Outreach:GrpcPort=0</c>, <c>Outreach__GrpcPort</c>).</summary>
public sealed class ServerSettings
{
    private const int MaxCallsPerSecond = 1_000_000;

    /// <summary>The folder of the embedded store and of keys; made at first start. Relative to the working directory.</summary>
    public string DataFolder { get; set; } = "outreach-data";

    /// <summary>Whether to show a program that is made up, in a folder of its own, to whoever is at this machine.</summary>
    public bool Demo { get; set; }

    /// <summary>
    /// Whether to print a code for an administrator at this start also where one could come in: for a program whose administrators
    /// have lost what they signed in with.
    /// </summary>
    public bool AdministratorCode { get; set; }

    /// <summary>A PostgreSQL connection string; empty: the embedded store in <see cref="DataFolder"/>.</summary>
    public string Postgres { get; set; } = "";

    /// <summary>
    /// The position of the embedded store to go on from although acknowledged commits after it are lost; empty: such a store is
    /// not opened, and the error says what is missing and which position to give here.
    /// </summary>
    public long? AcceptLossAfter { get; set; }

    /// <summary>The address to listen at.</summary>
    public string Listen { get; set; } = "127.0.0.1";

    /// <summary>
    /// A certificate in PEM form, its chain above it following; empty: no TLS. It is read again when it changes.
    /// </summary>
    public string Certificate { get; set; } = "";

    /// <summary>The private key of <see cref="Certificate"/> in PEM form, not encrypted; empty: it is in the same file.</summary>
    public string CertificateKey { get; set; } = "";

    /// <summary>Whether to listen without TLS where others can listen in, because something in front of the server has it.</summary>
    public bool PlainHttp { get; set; }

    /// <summary>
    /// Addresses of proxies in front of the server, separated by commas, whose word is taken for where a call comes from
    /// (<c>X-Forwarded-For</c>); empty: nobody's.
    /// </summary>
    public string Proxies { get; set; } = "";

    /// <summary>The port for gRPC over HTTP/2, 0 for any that is free.</summary>
    public int GrpcPort { get; set; } = 5080;

    /// <summary>The port for browsers and <c>curl</c> over HTTP/1.1: the web app, JSON and gRPC-Web. 0 for any that is free.</summary>
    public int WebPort { get; set; } = 5081;

    /// <summary>
    /// Calls a second that are taken from one address, ten times as many at once, and from one device a fifth of that; 0: any
    /// number, and any number of streams. Up to 1,000,000.
    /// </summary>
    public int CallsPerSecond { get; set; } = 500;

    /// <summary>
    /// The address that browsers reach the dashboard at, for links to it, such as <c>https://outreach.example.org</c>; empty: the
    /// one that is listened at.
    /// </summary>
    public string PublicAddress { get; set; } = "";

    /// <summary>The address other nodes of the same program reach this one at; matters only on PostgreSQL.</summary>
    public string ClusterAddress { get; set; } = "127.0.0.1";

    /// <summary>The port other nodes reach this one at; 0 for the first from 5082 that is free. Matters only on PostgreSQL.</summary>
    public int ClusterPort { get; set; }

    /// <summary>The addresses in <see cref="Proxies"/>.</summary>
    public IEnumerable<string> ProxyAddresses => Proxies.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Another provider that vouches for people; none by default.</summary>
    public OpenIdSettings OpenId { get; set; } = new();

    /// <summary>Whether connections are encrypted.</summary>
    public bool HasTls => Certificate.Length > 0;

    /// <summary>Reads and checks the settings.</summary>
    /// <exception cref="StartException">One is out of bounds.</exception>
    public static ServerSettings From(IConfiguration configuration)
    {
        ServerSettings settings;
        try
        {
            settings = configuration.GetSection("Outreach").Get<ServerSettings>() ?? new ServerSettings();
        }
        catch (InvalidOperationException wrong)
        {
            throw new StartException($"A setting cannot be read: {wrong.Message}", wrong);
        }
        if (settings.Demo && configuration["Outreach:DataFolder"] is null)
            settings.DataFolder = DemoSeeder.DefaultFolder;
        settings.Validate();
        return settings;
    }

    private void Validate()
    {
        CheckAddress(nameof(Listen), Listen);
        CheckAddress(nameof(ClusterAddress), ClusterAddress);
        foreach (var proxy in ProxyAddresses)
            CheckAddress(nameof(Proxies), proxy);
        CheckPort(nameof(GrpcPort), GrpcPort);
        CheckPort(nameof(WebPort), WebPort);
        CheckPort(nameof(ClusterPort), ClusterPort);
        if (CallsPerSecond is < 0 or > MaxCallsPerSecond)
            throw new StartException($"Outreach:CallsPerSecond must be from 0 to {MaxCallsPerSecond}; it is {CallsPerSecond}.");
        CheckPublicAddress();
        CheckPostgres();
        CheckTls();
        OpenId.Validate();
        CheckDemo();
        if (string.IsNullOrWhiteSpace(DataFolder))
            throw new StartException("Outreach:DataFolder must name a folder; it is empty.");
        DataFolder = Path.GetFullPath(DataFolder);
    }

    private void CheckDemo()
    {
        if (Demo && (Postgres.Length > 0 || !IPAddress.IsLoopback(IPAddress.Parse(Listen))))
            throw new StartException("Outreach:Demo is for the embedded store, on this machine only: leave Outreach:Postgres and Outreach:Listen out.");
    }

    private void CheckTls()
    {
        if (CertificateKey.Length == 0)
            CertificateKey = Certificate;
        foreach (var file in new[] { Certificate, CertificateKey })
        {
            if (file.Length > 0 && !File.Exists(file))
                throw new StartException($"Outreach:Certificate and Outreach:CertificateKey must name files; '{file}' is not there.");
        }

        if (Certificate.Length == 0 && !PlainHttp && !IPAddress.IsLoopback(IPAddress.Parse(Listen)))
            throw new StartException(
                $"Listening at {Listen} without TLS would let others read along. Set Outreach:Certificate; or, where something in front of the server has TLS, Outreach:PlainHttp=true.");
    }

    private void CheckPublicAddress()
    {
        if (PublicAddress.Length > 0
            && !(Uri.TryCreate(PublicAddress, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" && address.PathAndQuery == "/" && address.Fragment.Length == 0))
            throw new StartException($"Outreach:PublicAddress must be an address such as https://outreach.example.org; it is '{PublicAddress}'.");
    }

    /// <summary>What was found is not said: it may hold a password.</summary>
    private void CheckPostgres()
    {
        try
        {
            _ = new NpgsqlConnectionStringBuilder(Postgres);
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            throw new StartException("Outreach:Postgres must be a connection string, such as 'Host=127.0.0.1;Database=outreach;Username=outreach;Password=...'.");
        }
    }

    private static void CheckAddress(string name, string value)
    {
        if (!IPAddress.TryParse(value, out _))
            throw new StartException($"Outreach:{name} must be an IP address; it is '{value}'.");
    }

    private static void CheckPort(string name, int value)
    {
        if (value is < 0 or > ushort.MaxValue)
            throw new StartException($"Outreach:{name} must be a port from 0 to 65535; it is {value}.");
    }
}
