using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Outreach.Server.Rpc.Messages;

namespace Outreach.Server.Hosting;

/// <summary>Configures where the server listens, and its limits on connections and messages.</summary>
internal static class KestrelConfiguration
{
    /// <summary>The maximum number of open connections; further ones are closed.</summary>
    private const int MaxConnections = 20_000;

    /// <summary>The maximum number of concurrent calls on one connection; the client queues further ones.</summary>
    private const int MaxStreamsPerConnection = 1_000;

    /// <summary>
    /// The minimum data rate of a request: slow enough for a phone with a weak signal, and closing one without any. An idle stream is not slow.
    /// </summary>
    private static readonly MinDataRate MinRequestDataRate = new(bytesPerSecond: 100, gracePeriod: TimeSpan.FromSeconds(20));

    public static void Configure(KestrelServerOptions kestrel, ListeningSettings settings)
    {
        var address = IPAddress.Parse(settings.Listen);
        kestrel.Listen(address, settings.GrpcPort, endpoint => Configure(endpoint, HttpProtocols.Http2, settings));
        kestrel.Listen(address, settings.WebPort, endpoint =>
            Configure(endpoint, settings.HasTls ? HttpProtocols.Http1AndHttp2 : HttpProtocols.Http1, settings));
        kestrel.AddServerHeader = false;
        var limits = kestrel.Limits;
        limits.MaxConcurrentConnections = MaxConnections;
        limits.MaxRequestBodySize = RequestBodyLimits.MaxGrpcBytes;
        limits.MinRequestBodyDataRate = MinRequestDataRate;
        limits.Http2.MaxStreamsPerConnection = MaxStreamsPerConnection;
        // A phone that loses its signal does not close its connection.
        limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(30);
        limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(20);
    }

    private static void Configure(ListenOptions endpoint, HttpProtocols protocols, ListeningSettings settings)
    {
        endpoint.Protocols = protocols;
        var limit = endpoint.ApplicationServices.GetRequiredService<ConnectionLimit>();
        endpoint.Use(next => connection => limit.ServeAsync(connection, next));
        if (!settings.HasTls)
            return;
        var certificate = endpoint.ApplicationServices.GetRequiredService<ServerCertificate>();
        _ = certificate.GetAuthenticationOptions();
        endpoint.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = _ => ValueTask.FromResult(certificate.GetAuthenticationOptions()) });
    }

    /// <summary>The addresses for gRPC, and for browsers and <c>curl</c>.</summary>
    public static (string Grpc, string Web) GetAddresses(WebApplication app)
    {
        var urls = app.Urls.ToArray();
        return (urls[0], urls[1]);
    }
}
