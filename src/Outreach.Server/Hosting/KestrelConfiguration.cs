using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Outreach.Server.Hosting;

/// <summary>Where the server listens, and how much it takes from a connection.</summary>
internal static class KestrelConfiguration
{
    /// <summary>The largest message that is taken, in bytes.</summary>
    public const int MaxMessageBytes = 4 * 1024 * 1024;

    /// <summary>The most connections at once; more are closed as they come.</summary>
    private const int MaxConnections = 20_000;

    /// <summary>The most calls at once on one connection; the client waits with more.</summary>
    private const int MaxStreamsPerConnection = 1_000;

    /// <summary>
    /// How slowly a request may come, on average once the grace period is over: a phone at the edge of its signal goes on, one that is
    /// gone is cut off. Streams that carry nothing are not slow.
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
        limits.MaxRequestBodySize = MaxMessageBytes;
        limits.MinRequestBodyDataRate = MinRequestDataRate;
        limits.Http2.MaxStreamsPerConnection = MaxStreamsPerConnection;
        // A phone that has lost its signal says nothing: ask whether it is still there.
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

    /// <summary>Refuses a body that says itself that it is too large, before any of it is read.</summary>
    public static Task RejectTooLargeAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Request.ContentLength is not > MaxMessageBytes)
            return next(context);
        context.Response.StatusCode = StatusCodes.Status413PayloadTooLarge;
        return context.Response.WriteAsync($"At most {MaxMessageBytes} bytes are taken; this is {context.Request.ContentLength}.");
    }

    /// <summary>The addresses that are listened at: for gRPC, and for browsers and <c>curl</c>.</summary>
    public static (string Grpc, string Web) GetAddresses(WebApplication app)
    {
        var urls = app.Urls.ToArray();
        return (urls[0], urls[1]);
    }
}
