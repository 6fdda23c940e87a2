using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using NodaTime.Testing;
using Outreach.Server.Hosting;

namespace Outreach.Server.Tests.Stored;

/// <summary>
/// The server on a copy of what an earlier version stored. It is called as JSON over HTTP, so that no type of the code is named
/// here. Its clock stands still, so that its answers are always the same.
/// </summary>
internal sealed class StoredServer : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly HttpClient http;

    private StoredServer(WebApplication app)
    {
        this.app = app;
        http = new HttpClient { BaseAddress = new Uri(app.Urls.Last()) };
    }

    /// <summary>Starts a server.</summary>
    /// <param name="now">The time on its clock.</param>
    /// <param name="settings">Where its store is.</param>
    public static async Task<StoredServer> StartAsync(Instant now, params string[] settings)
    {
        var app = OutreachServer.Build(
            ["--Outreach:GrpcPort=0", "--Outreach:WebPort=0", "--Outreach:CallsPerSecond=0", "--Logging:LogLevel:Default=Warning", .. settings],
            services => services.AddSingleton<IClock>(new FakeClock(now)));
        await app.StartAsync();
        return new StoredServer(app);
    }

    /// <summary>Signs in with a refresh token; the calls that follow carry the access token.</summary>
    public async Task SignInAsync(string refreshToken)
    {
        var answer = await CallAsync("POST /v1/session:refresh", new JsonObject { ["refreshToken"] = refreshToken });
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (string)answer["tokens"]!["accessToken"]!);
    }

    /// <summary>Calls the server and returns its answer.</summary>
    /// <param name="call">Verb and path: <c>GET /v1/sites/van-1/stock</c>.</param>
    /// <param name="body">What is sent; null for nothing.</param>
    public async Task<JsonNode> CallAsync(string call, JsonNode? body = null)
    {
        var (status, text) = await SendAsync(call, body);
        Assert.True(status == HttpStatusCode.OK, $"{call} {body?.ToJsonString()}\nis answered with {status} {text}");
        return JsonNode.Parse(text)!;
    }

    /// <summary>Calls the server where it answers with a stream, and returns each message.</summary>
    public async Task<List<JsonNode>> StreamAsync(string call, JsonNode? body = null)
    {
        var (status, text) = await SendAsync(call, body);
        Assert.True(status == HttpStatusCode.OK, $"{call} is answered with {status} {text}");
        return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)];
    }

    /// <summary>Calls the server and returns the status and the text of its answer.</summary>
    public async Task<(HttpStatusCode Status, string Text)> SendAsync(string call, JsonNode? body)
    {
        var (verb, path) = (call[..call.IndexOf(' ')], call[(call.IndexOf(' ') + 1)..]);
        using var request = new HttpRequestMessage(new HttpMethod(verb), path);
        if (body is not null)
            request.Content = new StringContent(body.ToJsonString(), null, "application/json");
        using var response = await http.SendAsync(request);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    /// <summary>Every stored fact, in the order of commit.</summary>
    public async Task<List<JsonNode>> FactsAsync() =>
        [.. (await StreamAsync("GET /v1/ledger:export")).SelectMany(page => page["facts"]!.AsArray()).Select(fact => fact!)];

    /// <summary>Checks that every hash chain is whole and that every view equals a replay, before and after a rebuild.</summary>
    public async Task AssertWholeAsync()
    {
        Assert.Equal([], await FindingsAsync());
        Assert.True((bool)(await StreamAsync("POST /v1/ledger:rebuild", new JsonObject()))[^1]["done"]!);
        Assert.Equal([], await FindingsAsync());
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await app.StopAsync();
        await app.DisposeAsync();
    }

    private async Task<IEnumerable<string>> FindingsAsync()
    {
        var steps = await StreamAsync("POST /v1/ledger:verify", new JsonObject());
        Assert.True((bool)steps[^1]["done"]!);
        return steps.Select(step => (string)step["finding"]!).Where(finding => finding.Length > 0);
    }
}
