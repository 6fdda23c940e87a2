using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Outreach.Server.Configuration;

namespace Outreach.Server.Hosting;

/// <summary>The certificate that the server shows, read again when its files change: connections that are open stay open.</summary>
internal sealed partial class ServerCertificate(ListeningSettings settings, ILogger<ServerCertificate> log) : BackgroundService
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(5);

    private readonly Lock gate = new();
    private SslStreamCertificateContext? current;
    private (DateTime, DateTime) lastWriteTimes;

    /// <summary>What a handshake is answered with: for each its own, because it is filled in with what the endpoint speaks.</summary>
    /// <exception cref="StartException">The files cannot be read, or are no certificate and its key.</exception>
    public SslServerAuthenticationOptions GetAuthenticationOptions()
    {
        lock (gate)
        {
            return new SslServerAuthenticationOptions { ServerCertificateContext = current ??= Load() };
        }
    }

    /// <summary>Reads the files if they have changed. Files that cannot be read leave what was read before.</summary>
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
        catch (Exception unreadable) when (unreadable is StartException or IOException or UnauthorizedAccessException)
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

    /// <summary>The leaf with its key, and what the file holds of the chain above it.</summary>
    private SslStreamCertificateContext Load()
    {
        try
        {
            lastWriteTimes = GetLastWriteTime();
            using var leaf = X509Certificate2.CreateFromPemFile(settings.Certificate, settings.CertificateKey);
            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(settings.Certificate);
            // Through PKCS #12, because not every system takes a key that was never in a file of its own.
            return SslStreamCertificateContext.Create(
                X509CertificateLoader.LoadPkcs12(leaf.Export(X509ContentType.Pkcs12), null), chain, offline: true);
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new StartException(
                $"The certificate '{settings.Certificate}' with the key '{settings.CertificateKey}' cannot be read: {e.Message}", e);
        }
    }

    /// <summary>When the files, or those that links lead to, were last written.</summary>
    private (DateTime, DateTime) GetLastWriteTime() => (GetLastWriteTime(settings.Certificate), GetLastWriteTime(settings.CertificateKey));

    private static DateTime GetLastWriteTime(string path)
    {
        var file = new FileInfo(path);
        return (file.ResolveLinkTarget(returnFinalTarget: true) ?? file).LastWriteTimeUtc;
    }

    [LoggerMessage(LogLevel.Information, "The certificate {Path} was read again.")]
    private partial void LogReloaded(string path);

    [LoggerMessage(LogLevel.Error, "{Reason} The one before is still shown.")]
    private partial void LogUnreadable(string reason);
}
