using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Google.Rpc;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Outreach.Domain.Access;
using Outreach.Protocol.Sites.V1;
using Outreach.Server.Access;
using Outreach.Server.Hosting;
using Outreach.Server.Tests.EndToEnd;

namespace Outreach.Server.Tests.Hosting;

/// <summary>What passes between the server and others can be read by nobody else, and browsers are told to be careful.</summary>
public sealed class TransportTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("outreach-transport").FullName;

    private string CertificateFile => Path.Combine(folder, "server.crt");

    private string KeyFile => Path.Combine(folder, "server.key");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task With_a_certificate_every_port_is_encrypted_and_a_new_certificate_needs_no_restart()
    {
        var first = WriteCertificate();
        await using var app = await StartAsync($"--Outreach:Certificate={CertificateFile}", $"--Outreach:CertificateKey={KeyFile}");
        Assert.All(app.Urls, url => Assert.StartsWith("https://", url, StringComparison.Ordinal));
        foreach (var url in app.Urls)
            Assert.Equal(first, await ReadThumbprintAsync(url));

        var second = WriteCertificate();
        app.Services.GetRequiredService<ServerCertificate>().ReloadIfChanged();
        Assert.Equal(second, await ReadThumbprintAsync(app.Urls.First()));

        await File.WriteAllTextAsync(CertificateFile, "half a", TestContext.Current.CancellationToken);
        app.Services.GetRequiredService<ServerCertificate>().ReloadIfChanged();
        File.Delete(CertificateFile);
        app.Services.GetRequiredService<ServerCertificate>().ReloadIfChanged();
        Assert.Equal(second, await ReadThumbprintAsync(app.Urls.First()));

        using var old = CreateHttpClient();
        using var page = await old.GetAsync($"{app.Urls.Last()}/healthz", TestContext.Current.CancellationToken);
        Assert.Equal(HttpVersion.Version11, page.Version);
    }

    [Fact]
    public async Task A_certificate_that_is_replaced_before_its_key_is_used_once_the_key_is_there()
    {
        var first = WriteCertificate();
        await using var app = await StartAsync($"--Outreach:Certificate={CertificateFile}", $"--Outreach:CertificateKey={KeyFile}");
        var certificate = app.Services.GetRequiredService<ServerCertificate>();
        var firstKey = await File.ReadAllTextAsync(KeyFile, TestContext.Current.CancellationToken);
        var second = WriteCertificate();
        var secondKey = await File.ReadAllTextAsync(KeyFile, TestContext.Current.CancellationToken);

        await File.WriteAllTextAsync(KeyFile, firstKey, TestContext.Current.CancellationToken);
        certificate.ReloadIfChanged();
        Assert.Equal(first, await ReadThumbprintAsync(app.Urls.First()));

        await File.WriteAllTextAsync(KeyFile, secondKey, TestContext.Current.CancellationToken);
        certificate.ReloadIfChanged();
        Assert.Equal(second, await ReadThumbprintAsync(app.Urls.First()));
    }

    [Fact]
    public async Task A_background_service_that_fails_is_the_reason_why_the_server_stopped()
    {
        await using var app = OutreachServer.Build(
            [$"--Outreach:DataFolder={folder}", "--Outreach:GrpcPort=0", "--Outreach:WebPort=0", "--Logging:LogLevel:Default=None"],
            services => services.AddHostedService<FailingService>());
        await app.StartAsync(TestContext.Current.CancellationToken);

        await app.WaitForShutdownAsync(TestContext.Current.CancellationToken);

        Assert.Equal(FailingService.Message, StopFailure.Find(app.Services)?.Message);
    }

    [Fact]
    public async Task Over_TLS_browsers_are_told_to_come_back_over_TLS_and_calls_are_answered()
    {
        WriteCertificate();
        await using var app = await StartAsync($"--Outreach:Certificate={CertificateFile}", $"--Outreach:CertificateKey={KeyFile}");
        using var browser = CreateHttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{app.Urls.Last()}/healthz");
        request.Headers.Host = "outreach.example";
        using var page = await browser.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Contains("max-age=31536000", page.Headers.GetValues("Strict-Transport-Security").Single(), StringComparison.Ordinal);

        using var channel = GrpcChannel.ForAddress(app.Urls.First(), new GrpcChannelOptions { HttpClient = CreateHttpClient(), DisposeHttpClient = true });
        var health = await new Health.HealthClient(channel).CheckAsync(
            new HealthCheckRequest(), cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, health.Status);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/v1/sites")]
    [InlineData("/outreach.css")]
    [InlineData("/nowhere")]
    public async Task Responses_carry_a_strict_content_security_policy(string path)
    {
        await using var app = await StartAsync();
        using var browser = CreateHttpClient();
        using var page = await browser.GetAsync($"{app.Urls.Last()}{path}", TestContext.Current.CancellationToken);
        var policy = page.Headers.GetValues("Content-Security-Policy").Single();
        Assert.StartsWith("default-src 'none'; script-src 'self' 'wasm-unsafe-eval';", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", page.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("no-referrer", page.Headers.GetValues("Referrer-Policy").Single());
    }

    [Fact]
    public async Task Without_TLS_the_server_listens_on_loopback_only_unless_allowed_explicitly()
    {
        var (_, said) = await ServerProcess.StartAndFailAsync($"--Outreach:DataFolder={folder}", "--Outreach:Listen=0.0.0.0");
        Assert.Contains("Without TLS at 0.0.0.0, others on the network could read the traffic.", said, StringComparison.Ordinal);
        Assert.Contains("Outreach:PlainHttp=true", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rate_limits_apply_to_gRPC_and_JSON_but_not_to_pages()
    {
        await using var app = await StartAsync("--Outreach:CallsPerSecond=1");
        using var channel = GrpcChannel.ForAddress(app.Urls.First());
        var sites = new SiteService.SiteServiceClient(channel);
        var refused = await CallUntilRefusedAsync(sites);
        Assert.Equal(StatusCode.ResourceExhausted, refused.StatusCode);
        Assert.InRange(refused.GetRpcStatus()!.GetDetail<RetryInfo>()!.RetryDelay.ToTimeSpan(), TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(2));

        using var browser = CreateHttpClient();
        using var answer = await browser.GetAsync($"{app.Urls.Last()}/v1/sites", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
        using var page = await browser.GetAsync(app.Urls.Last(), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
    }

    [Fact]
    public async Task Links_name_the_address_that_browsers_use()
    {
        await using var app = await StartAsync("--Outreach:PublicAddress=https://outreach.example.org");
        Assert.Equal(
            "https://outreach.example.org/#code=00000-00000",
            app.Services.GetRequiredService<DashboardAddress>().CreateEnrollmentLink(EnrollmentCode.ParseOrNull("00000-00000")!.Value));

        var (_, said) = await ServerProcess.StartAndFailAsync($"--Outreach:DataFolder={folder}", "--Outreach:PublicAddress=outreach.example.org/x");
        Assert.Contains("Outreach:PublicAddress must be an address such as https://outreach.example.org", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unusable_certificate_is_reported_by_name()
    {
        var (_, missing) = await ServerProcess.StartAndFailAsync($"--Outreach:DataFolder={folder}", $"--Outreach:Certificate={folder}/nowhere.crt");
        Assert.Contains("nowhere.crt' does not exist", missing, StringComparison.Ordinal);

        WriteCertificate();
        var (_, keyless) = await ServerProcess.StartAndFailAsync($"--Outreach:DataFolder={folder}", $"--Outreach:Certificate={CertificateFile}");
        Assert.Contains("cannot be read", keyless, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", keyless, StringComparison.Ordinal);
    }

    /// <summary>A new certificate for loopback, and its thumbprint.</summary>
    private string WriteCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(CertificateFile, made.ExportCertificatePem());
        File.WriteAllText(KeyFile, key.ExportPkcs8PrivateKeyPem());
        return made.Thumbprint;
    }

    private static async Task<string> ReadThumbprintAsync(string url)
    {
        var shown = "";
        using var browser = CreateHttpClient(certificate => shown = certificate.Thumbprint);
        using var request = new HttpRequestMessage(HttpMethod.Get, url)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        using var answer = await browser.SendAsync(request, TestContext.Current.CancellationToken);
        return shown;
    }

    [Fact]
    public async Task Forwarded_addresses_are_trusted_only_from_a_configured_proxy()
    {
        using var browser = CreateHttpClient();
        await using (var behind = await StartAsync("--Outreach:CallsPerSecond=1", "--Outreach:Proxies=127.0.0.1"))
        {
            for (var caller = 1; caller <= 3; caller++)
                for (var call = 0; call < 10; call++)
                    Assert.NotEqual(HttpStatusCode.TooManyRequests, await CallAsync(browser, behind.Urls.Last(), $"203.0.113.{caller}"));
            await behind.StopAsync(TestContext.Current.CancellationToken);
        }

        await using var alone = await StartAsync("--Outreach:CallsPerSecond=1");
        var refused = 0;
        for (var caller = 1; caller <= 30; caller++)
            refused += await CallAsync(browser, alone.Urls.Last(), $"203.0.113.{caller}") == HttpStatusCode.TooManyRequests ? 1 : 0;
        Assert.True(refused > 0);
    }

    private static async Task<HttpStatusCode> CallAsync(HttpClient browser, string web, string caller)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{web}/v1/sites") { Headers = { { "X-Forwarded-For", caller } } };
        using var answer = await browser.SendAsync(request, TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }

    /// <summary>The first refusal: a second may have passed meanwhile, and made room for a call.</summary>
    private static async Task<RpcException> CallUntilRefusedAsync(SiteService.SiteServiceClient sites)
    {
        while (true)
        {
            try
            {
                await sites.ListSitesAsync(new ListSitesRequest(), cancellationToken: TestContext.Current.CancellationToken);
            }
            catch (RpcException refused) when (refused.StatusCode != StatusCode.Unauthenticated)
            {
                return refused;
            }
            catch (RpcException)
            {
                // Nobody is signed in here, and the call counts all the same.
            }
        }
    }

    private static HttpClient CreateHttpClient(Action<X509Certificate2>? shown = null) => new(new SocketsHttpHandler
    {
        SslOptions = new SslClientAuthenticationOptions
        {
            RemoteCertificateValidationCallback = (_, certificate, _, _) =>
            {
                shown?.Invoke((X509Certificate2)certificate!);
                return certificate!.Subject == "CN=localhost";
            },
        },
    });

    private sealed class FailingService(IHostApplicationLifetime life) : BackgroundService
    {
        public const string Message = "The service failed.";

        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            var started = new TaskCompletionSource();
            await using var registration = life.ApplicationStarted.Register(started.SetResult);
            await started.Task;
            throw new InvalidOperationException(Message);
        }
    }

    private async Task<WebApplication> StartAsync(params string[] more)
    {
        var app = OutreachServer.Build(
            [$"--Outreach:DataFolder={folder}", "--Outreach:GrpcPort=0", "--Outreach:WebPort=0", "--Logging:LogLevel:Default=None", .. more]);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return app;
    }
}
