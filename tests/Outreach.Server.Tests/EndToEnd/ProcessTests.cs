using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Reflection.V1Alpha;
using Outreach.Protocol.Encounters.V1;
using Outreach.Protocol.Reports.V1;

namespace Outreach.Server.Tests.EndToEnd;

/// <summary>Starting, checking and stopping the server process.</summary>
public sealed class ProcessTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("outreach-process").FullName;

    private string DataFolder => $"--Outreach:DataFolder={folder}";

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task The_server_starts_with_only_a_data_folder_and_prints_its_addresses_and_store()
    {
        await using var server = await ServerProcess.StartAsync(DataFolder);
        Assert.Contains(server.StartupLines, line => line == $"Store: SQLite in {folder}");
        Assert.StartsWith("http://127.0.0.1:", server.Grpc);
        Assert.StartsWith("http://127.0.0.1:", server.Web);
    }

    [Fact]
    public async Task A_second_process_on_the_same_folder_is_refused_with_a_reason()
    {
        await using var server = await ServerProcess.StartAsync(DataFolder);
        var (_, output) = await ServerProcess.StartAndFailAsync(DataFolder);
        Assert.Contains("Outreach cannot start.", output);
        Assert.Contains(folder, output);
        await ApiSteps.OpenSitesAsync(server.Channel, 1);
    }

    [Theory]
    [InlineData("--Outreach:GrpcPort=70000", "70000")]
    [InlineData("--Outreach:Listen=everywhere", "everywhere")]
    [InlineData("--Outreach:Postgres=Host=127.0.0.1;Port=1;Timeout=2", "127.0.0.1")]
    [InlineData("--Outreach:Postgres=postgres://outreach:secret@127.0.0.1/outreach", "must be a connection string")]
    public async Task An_invalid_setting_is_reported_with_its_value(string setting, string expected)
    {
        var (_, output) = await ServerProcess.StartAndFailAsync(DataFolder, setting);
        Assert.Contains("Outreach cannot start.", output);
        Assert.Contains(expected, output);
        Assert.DoesNotContain("   at ", output);
        Assert.DoesNotContain("secret", output);
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
                catch (RpcException failure)
                {
                    return failure;
                }
            }).ToArray();
            await underLoad.Task;
            Assert.Equal(0, await server.StopAsync());
            Assert.All(await Task.WhenAll(phones), failure => Assert.True(IsShutdownStatus(failure), failure.ToString()));
        }
        await using var restarted = await ServerProcess.StartAsync(DataFolder);
        var counted = (await ApiSteps.GetOverviewAsync(restarted.Channel)).Total.Encounters;
        // Encounters that were committed but not answered count too. A retry would find them.
        Assert.InRange(counted, acknowledged, acknowledged + 8);
        Assert.Empty(await ApiSteps.VerifyAsync(restarted.Channel));
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
    public async Task A_site_and_an_encounter_can_be_added_and_read_as_JSON()
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
        Assert.Equal("RECORD_OUTCOME_RECORDED", logged.GetProperty("result").GetProperty("outcome").GetString());
        var overview = await http.GetFromJsonAsync<JsonElement>(new Uri("/v1/overview?query.site_ids=van-1", UriKind.Relative));
        Assert.Equal(4, overview.GetProperty("overview").GetProperty("total").GetProperty("dosesDistributed").GetInt64());
    }

    [Fact]
    public async Task An_invalid_JSON_request_reports_all_violations()
    {
        await using var server = await ServerProcess.StartAsync(DataFolder);
        using var http = server.Administrator.CreateHttpClient(server.Web);
        using var refused = await http.PostAsJsonAsync(new Uri("/v1/sites", UriKind.Relative), new { siteId = "Van 1", timeZone = "Mars/Olympus" });
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        var body = await refused.Content.ReadAsStringAsync();
        Assert.All(new[] { "site_id", "name", "kind", "time_zone", "Mars/Olympus" }, part => Assert.Contains(part, body));
    }

    /// <summary>
    /// True if a call failed because the server stopped. For a connection that was closed properly (GOAWAY with NO_ERROR) the
    /// client may report INTERNAL; then the exception contains no other HTTP/2 error.
    /// </summary>
    private static bool IsShutdownStatus(RpcException failure) => failure.StatusCode switch
    {
        StatusCode.Unavailable or StatusCode.Cancelled => true,
        StatusCode.Internal => failure.Status.DebugException is { } exception && !ExceptionAndInner(exception).Any(inner => inner is HttpProtocolException { ErrorCode: not 0 }),
        _ => false,
    };

    private static IEnumerable<Exception> ExceptionAndInner(Exception? exception)
    {
        for (; exception is not null; exception = exception.InnerException)
            yield return exception;
    }

    private static async Task<JsonElement> PostAsync(HttpClient http, string path, object body)
    {
        using var response = await http.PostAsJsonAsync(new Uri(path, UriKind.Relative), body);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }
}
