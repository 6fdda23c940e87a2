using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Reflection.V1Alpha;
using Outreach.Protocol.Encounters.V1;
using Outreach.Protocol.Reports.V1;

namespace Outreach.Server.Tests.Whole;

/// <summary>The process as an operator meets it: it starts with nothing, says what it does, and stops without losing anything.</summary>
public sealed class ProcessTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("outreach-process").FullName;

    private string DataFolder => $"--Outreach:DataFolder={folder}";

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task It_starts_with_only_a_folder_and_prints_its_addresses_and_store()
    {
        await using var server = await ServerProcess.StartAsync(DataFolder);
        Assert.Contains(server.StartupLines, line => line == $"Store: SQLite in {folder}");
        Assert.StartsWith("http://127.0.0.1:", server.Grpc);
        Assert.StartsWith("http://127.0.0.1:", server.Web);
    }

    [Fact]
    public async Task A_second_process_on_the_same_folder_is_refused_and_told_why()
    {
        await using var server = await ServerProcess.StartAsync(DataFolder);
        var (_, said) = await ServerProcess.StartAndFailAsync(DataFolder);
        Assert.Contains("Outreach cannot start.", said);
        Assert.Contains(folder, said);
        await ApiSteps.OpenSitesAsync(server.Channel, 1);
    }

    [Theory]
    [InlineData("--Outreach:GrpcPort=70000", "70000")]
    [InlineData("--Outreach:Listen=everywhere", "everywhere")]
    [InlineData("--Outreach:Postgres=Host=127.0.0.1;Port=1;Timeout=2", "127.0.0.1")]
    [InlineData("--Outreach:Postgres=postgres://outreach:secret@127.0.0.1/outreach", "must be a connection string")]
    public async Task An_invalid_setting_is_reported_with_its_value(string setting, string found)
    {
        var (_, said) = await ServerProcess.StartAndFailAsync(DataFolder, setting);
        Assert.Contains("Outreach cannot start.", said);
        Assert.Contains(found, said);
        Assert.DoesNotContain("   at ", said);
        Assert.DoesNotContain("secret", said);
    }

    [Fact]
    public async Task Stopping_under_load_exits_cleanly_and_keeps_answered_encounters()
    {
        var acknowledged = 0;
        var underLoad = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (var server = await ServerProcess.StartAsync(DataFolder))
        {
            await ApiSteps.OpenSitesAsync(server.Channel, 1);
            var encounters = new EncounterService.EncounterServiceClient(server.Channel);
            using var watch = new OverviewService.OverviewServiceClient(server.Channel).WatchOverview(new WatchOverviewRequest());
            Assert.True(await watch.ResponseStream.MoveNext(default));
            var phones = Enumerable.Range(0, 8).Select(async _ =>
            {
                try
                {
                    while (true)
                    {
                        await encounters.LogEncounterAsync(new LogEncounterRequest { Encounter = ApiSteps.Encounter() });
                        if (Interlocked.Increment(ref acknowledged) == 200)
                            underLoad.SetResult();
                    }
                }
                catch (RpcException ended)
                {
                    return ended;
                }
            }).ToArray();
            await underLoad.Task;
            Assert.Equal(0, await server.StopAsync());
            Assert.All(await Task.WhenAll(phones), ended => Assert.True(IsShutdownStatus(ended), ended.ToString()));
        }
        await using var again = await ServerProcess.StartAsync(DataFolder);
        var counted = (await ApiSteps.OverviewAsync(again.Channel)).Total.Encounters;
        // What was committed but whose answer was cut off counts too; the phone's retry would find it.
        Assert.InRange(counted, acknowledged, acknowledged + 8);
        Assert.Empty(await ApiSteps.VerifyAsync(again.Channel));
    }

    [Fact]
    public async Task Health_checks_report_healthy()
    {
        await using var server = await ServerProcess.StartAsync(DataFolder);
        var health = await new Health.HealthClient(server.Channel).CheckAsync(new HealthCheckRequest());
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, health.Status);
        using var http = new HttpClient { BaseAddress = new Uri(server.Web) };
        Assert.Equal("Healthy", await http.GetStringAsync(new Uri("/healthz", UriKind.Relative)));
    }

    [Fact]
    public async Task Server_reflection_lists_the_services()
    {
        await using var server = await ServerProcess.StartAsync(DataFolder);
        using var call = new ServerReflection.ServerReflectionClient(server.Channel).ServerReflectionInfo();
        await call.RequestStream.WriteAsync(new ServerReflectionRequest { ListServices = "*" });
        Assert.True(await call.ResponseStream.MoveNext(default));
        var services = call.ResponseStream.Current.ListServicesResponse.Service.Select(service => service.Name);
        Assert.Superset(
            new HashSet<string>
            {
                "outreach.catalog.v1.CatalogService",
                "outreach.upkeep.v1.UpkeepService",
                "outreach.reports.v1.OverviewService",
                "outreach.sites.v1.SiteService",
                "outreach.stock.v1.StockService",
            },
            services.ToHashSet());
    }

    [Fact]
    public async Task A_site_and_an_encounter_can_be_added_and_read_with_JSON_alone()
    {
        await using var server = await ServerProcess.StartAsync(DataFolder);
        using var http = server.Administrator.CreateHttpClient(server.Web);
        await PostAsync(http, "/v1/sites", new { siteId = "van-1", name = "Van 1", kind = "SITE_KIND_VAN", timeZone = "America/New_York" });
        var logged = await PostAsync(http, "/v1/encounters", new
        {
            encounter = new
            {
                encounterId = Guid.CreateVersion7(),
                siteId = "van-1",
                occurredAt = DateTime.UtcNow,
                handedOut = new[] { new { productId = ApiSteps.Naloxone, units = 2 } },
            },
        });
        Assert.Equal("RECORD_OUTCOME_RECORDED", logged.GetProperty("answer").GetProperty("outcome").GetString());
        var overview = await http.GetFromJsonAsync<JsonElement>(new Uri("/v1/overview?query.site_ids=van-1", UriKind.Relative));
        Assert.Equal(4, overview.GetProperty("overview").GetProperty("total").GetProperty("doses").GetInt64());
    }

    [Fact]
    public async Task A_wrong_JSON_request_names_every_violation()
    {
        await using var server = await ServerProcess.StartAsync(DataFolder);
        using var http = server.Administrator.CreateHttpClient(server.Web);
        using var refused = await http.PostAsJsonAsync(new Uri("/v1/sites", UriKind.Relative), new { siteId = "Van 1", timeZone = "Mars/Olympus" });
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        var said = await refused.Content.ReadAsStringAsync();
        Assert.All(new[] { "site_id", "name", "kind", "time_zone", "Mars/Olympus" }, part => Assert.Contains(part, said));
    }

    /// <summary>
    /// Whether a call ended as calls to a server that stops do. The client has its own word, INTERNAL, for a connection that was
    /// closed in good order (GOAWAY with NO_ERROR; gRPC's mapping of HTTP/2 errors): then the status comes with what it met, and
    /// that is no other error of HTTP/2.
    /// </summary>
    private static bool IsShutdownStatus(RpcException ended) => ended.StatusCode switch
    {
        StatusCode.Unavailable or StatusCode.Cancelled => true,
        StatusCode.Internal => ended.Status.DebugException is { } met && !InnerExceptions(met).Any(failed => failed is HttpProtocolException { ErrorCode: not 0 }),
        _ => false,
    };

    private static IEnumerable<Exception> InnerExceptions(Exception? failed)
    {
        for (; failed is not null; failed = failed.InnerException)
            yield return failed;
    }

    private static async Task<JsonElement> PostAsync(HttpClient http, string path, object body)
    {
        using var response = await http.PostAsJsonAsync(new Uri(path, UriKind.Relative), body);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }
}
