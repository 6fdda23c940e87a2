using System.IO.Pipelines;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using NodaTime;
using Outreach.Server.Access;
using Outreach.Server.Ledger;

namespace Outreach.Server.Hosting;

/// <summary>
/// Encrypts connections between servers, and admits only servers that have the key in the store, because a server in the cluster
/// can call any grain.
/// </summary>
/// <remarks>Both ends have the same certificate, which the first server creates and saves in the store.</remarks>
internal sealed partial class ClusterTls(SecretStore secrets, ILogger<ClusterTls> log)
{
    private const string CertificateName = "nodes";
    private const int ValidYears = 100;
    private static readonly TimeSpan HandshakeTimeout = TimeSpan.FromSeconds(4);

    private X509Certificate2? sharedCertificate;

    /// <summary>Secures connections from other servers.</summary>
    public ConnectionDelegate Accept(ConnectionDelegate next) => connection => RunAsync(connection, next, (stream, certificate, cancel) =>
        stream.AuthenticateAsServerAsync(
            new SslServerAuthenticationOptions
            {
                ServerCertificate = certificate,
                ClientCertificateRequired = true,
                EnabledSslProtocols = SslProtocols.Tls13,
                RemoteCertificateValidationCallback = (_, shown, _, _) => IsSame(shown, certificate),
            },
            cancel));

    /// <summary>Secures connections to other servers.</summary>
    public ConnectionDelegate Dial(ConnectionDelegate next) => connection => RunAsync(connection, next, (stream, certificate, cancel) =>
        stream.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = CertificateName,
                ClientCertificates = [certificate],
                EnabledSslProtocols = SslProtocols.Tls13,
                RemoteCertificateValidationCallback = (_, shown, _, _) => IsSame(shown, certificate),
            },
            cancel));

    private async Task RunAsync(ConnectionContext connection, ConnectionDelegate next, Func<SslStream, X509Certificate2, CancellationToken, Task> shakeHands)
    {
        var plain = connection.Transport;
        await using var encrypted = new SslStream(new DuplexStream(plain.Input.AsStream(), plain.Output.AsStream()));
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(connection.ConnectionClosed);
            limit.CancelAfter(HandshakeTimeout);
            await shakeHands(encrypted, await GetCertificateAsync(limit.Token), limit.Token);
        }
        catch (Exception stranger) when (stranger is AuthenticationException or IOException or OperationCanceledException or StoreUnavailableException)
        {
            LogRejected(stranger.Message);
            connection.Abort();
            return;
        }

        try
        {
            connection.Transport = new DuplexPipe(PipeReader.Create(encrypted), PipeWriter.Create(encrypted));
            await next(connection);
        }
        finally
        {
            connection.Transport = plain;
        }
    }

    private async ValueTask<X509Certificate2> GetCertificateAsync(CancellationToken cancel) =>
        sharedCertificate ??= X509CertificateLoader.LoadPkcs12(await secrets.GetOrAddAsync(CertificateName, CreateCertificate, Instant.MaxValue, cancel), null);

    private static byte[] CreateCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={CertificateName}", key, HashAlgorithmName.SHA256);
        // Both ends compare the complete certificate, so its dates and its name do not matter.
        using var made = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UtcNow.AddYears(ValidYears));
        return made.Export(X509ContentType.Pkcs12);
    }

    private static bool IsSame(X509Certificate? shown, X509Certificate2 certificate) =>
        shown is not null && shown.GetRawCertData().AsSpan().SequenceEqual(certificate.RawData);

    [LoggerMessage(LogLevel.Warning, "A connection to or from another server was refused: {Reason}")]
    private partial void LogRejected(string reason);

    /// <summary>The two directions of a connection.</summary>
    private sealed record DuplexPipe(PipeReader Input, PipeWriter Output) : IDuplexPipe;

    /// <summary>Reads from one stream and writes to another.</summary>
    private sealed class DuplexStream(Stream input, Stream output) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Flush() => output.Flush();

        public override Task FlushAsync(CancellationToken cancellationToken) => output.FlushAsync(cancellationToken);

        public override int Read(byte[] buffer, int offset, int count) => input.Read(buffer, offset, count);

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => input.ReadAsync(buffer, cancellationToken);

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => output.Write(buffer, offset, count);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => output.WriteAsync(buffer, cancellationToken);
    }
}
