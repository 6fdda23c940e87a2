using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Outreach.Server.Configuration;

namespace Outreach.Server.Hosting;

/// <summary>The server's certificate, read again when its files change. Open connections stay open.</summary>
internal sealed partial class ServerCertificate(ListeningSettings settings, ILogger<ServerCertificate> log) : BackgroundService
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(5);

    private readonly Lock gate = new();
    private SslStreamCertificateContext? current;
    private (DateTime, DateTime) lastWriteTimes;

    /// <summary>New options for a handshake; Kestrel adds the endpoint's protocols to them.</summary>
    /// <exception cref="StartException">The files cannot be read, or are not a certificate and its key.</exception>
    public SslServerAuthenticationOptions GetAuthenticationOptions()
    {
        lock (gate)
        {
            return new SslServerAuthenticationOptions { ServerCertificateContext = current ??= Load() };
        }
    }

    /// <summary>
    /// Reads the files if they have changed. The certificate stays until both can be read and belong together: whoever replaces
    /// the pair replaces one file first.
    /// </summary>
    public void ReloadIfChanged()
    {
        try
        {
            lock (gate)
            {
                if (lastWriteTimes == GetLastWriteTime())
                    return;
                current = Load();
            }

            LogReloaded(settings.Certificate);
        }
#pragma warning disable CA1031 // Whatever is wrong with the files, the server goes on with the certificate that it has.
        catch (Exception unreadable)
#pragma warning restore CA1031
        {
            LogUnreadable(unreadable.Message);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(PollInterval);
        while (!stoppingToken.IsCancellationRequested && await timer.WaitForNextTickAsync(stoppingToken))
            ReloadIfChanged();
    }

    /// <summary>The certificate with its key, and the chain in its file.</summary>
    private SslStreamCertificateContext Load()
    {
        try
        {
            lastWriteTimes = GetLastWriteTime();
            using var leaf = X509Certificate2.CreateFromPemFile(settings.Certificate, settings.CertificateKey);
            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(settings.Certificate);
            // Through PKCS #12, because Windows cannot use an ephemeral key for TLS.
            return SslStreamCertificateContext.Create(
                X509CertificateLoader.LoadPkcs12(leaf.Export(X509ContentType.Pkcs12), null), chain, offline: true);
        }
        // ArgumentException: the key is not the certificate's.
        catch (Exception e) when (e is CryptographicException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            throw new StartException(
                $"The certificate '{settings.Certificate}' with the key '{settings.CertificateKey}' cannot be read: {e.Message}", e);
        }
    }

    /// <summary>When the files, or the targets of links, were last written.</summary>
    private (DateTime, DateTime) GetLastWriteTime() => (GetLastWriteTime(settings.Certificate), GetLastWriteTime(settings.CertificateKey));

    private static DateTime GetLastWriteTime(string path)
    {
        var file = new FileInfo(path);
        return (file.ResolveLinkTarget(returnFinalTarget: true) ?? file).LastWriteTimeUtc;
    }

    [LoggerMessage(LogLevel.Information, "The certificate {Path} has changed and was read again.")]
    private partial void LogReloaded(string path);

    [LoggerMessage(LogLevel.Error, "{Reason} The previous certificate stays in use.")]
    private partial void LogUnreadable(string reason);
}
