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
/// Encrypts what passes between nodes, and lets nobody take part who does not hold the key that the nodes of a store share: whoever
/// could, could have grains do anything.
/// </summary>
/// <remarks>Both ends show the same certificate, which the first node that needs one makes and keeps in the store.</remarks>
internal sealed partial class NodeLinks(Secrets secrets, ILogger<NodeLinks> log)
{
    private const string Name = "nodes";
    private const int MostYears = 100;
    private static readonly TimeSpan MostHandshake = TimeSpan.FromSeconds(4);

    private X509Certificate2? shared;

    /// <summary>Lets in the nodes that dial this one.</summary>
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

    /// <summary>Dials other nodes.</summary>
    public ConnectionDelegate Dial(ConnectionDelegate next) => connection => RunAsync(connection, next, (stream, certificate, cancel) =>
        stream.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = Name,
                ClientCertificates = [certificate],
                EnabledSslProtocols = SslProtocols.Tls13,
                RemoteCertificateValidationCallback = (_, shown, _, _) => IsSame(shown, certificate),
            },
            cancel));

    private async Task RunAsync(ConnectionContext connection, ConnectionDelegate next, Func<SslStream, X509Certificate2, CancellationToken, Task> shakeHands)
    {
        var plain = connection.Transport;
        await using var encrypted = new SslStream(new BothWays(plain.Input.AsStream(), plain.Output.AsStream()));
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(connection.ConnectionClosed);
            limit.CancelAfter(MostHandshake);
            await shakeHands(encrypted, await SharedAsync(limit.Token), limit.Token);
        }
        catch (Exception stranger) when (stranger is AuthenticationException or IOException or OperationCanceledException or StoreUnavailableException)
        {
            LogStranger(stranger.Message);
            connection.Abort();
            return;
        }

        try
        {
            connection.Transport = new Pipes(PipeReader.Create(encrypted), PipeWriter.Create(encrypted));
            await next(connection);
        }
        finally
        {
            connection.Transport = plain;
        }
    }

    private async ValueTask<X509Certificate2> SharedAsync(CancellationToken cancel) =>
        shared ??= X509CertificateLoader.LoadPkcs12(await secrets.AgreeAsync(Name, Make, Instant.MaxValue, cancel), null);

    private static byte[] Make()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={Name}", key, HashAlgorithmName.SHA256);
        // It is taken for what it is, not for what it says: whoever can read it can read the store.
        using var made = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UtcNow.AddYears(MostYears));
        return made.Export(X509ContentType.Pkcs12);
    }

    private static bool IsSame(X509Certificate? shown, X509Certificate2 certificate) =>
        shown is not null && shown.GetRawCertData().AsSpan().SequenceEqual(certificate.RawData);

    [LoggerMessage(LogLevel.Warning, "A connection to or from another node was not made: {Reason}")]
    private partial void LogStranger(string reason);

    /// <summary>Two pipes.</summary>
    private sealed record Pipes(PipeReader Input, PipeWriter Output) : IDuplexPipe;

    /// <summary>One stream of two.</summary>
    private sealed class BothWays(Stream input, Stream output) : Stream
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
