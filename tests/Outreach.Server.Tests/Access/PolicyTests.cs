using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Google.Rpc;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Client.Web;
using Microsoft.AspNetCore.Routing;
using Outreach.Protocol.Access.V1;
using Outreach.Server.Access;

namespace Outreach.Server.Tests.Access;

/// <summary>Every method, called by everybody, on every face, against the table in <c>policies.txt</c> that a person can read.</summary>
public sealed class PolicyTests(WorldOnSqlite world) : IClassFixture<WorldOnSqlite>
{
    private const string In = "yes", Out = "-", Unknown = "404", Forbidden = "403";

    private static readonly string[] NotThere = ["SITE_UNKNOWN", "PERSON_UNKNOWN", "ORGANIZATION_UNKNOWN", "DEVICE_UNKNOWN"];

    private static readonly (string Name, string Organization, Role[] Roles, string[] Sites)[] Everybody =
    [
        ("worker", "", [Role.OutreachWorker], []),
        ("coordinator", "", [Role.SiteCoordinator], []),
        ("navigator", "", [Role.Navigator], []),
        ("intake", "", [Role.IntakeStaff], []),
        ("director", "", [Role.Director], []),
        ("administrator", "", [Role.Administrator], []),
        ("beside", "", [Role.OutreachWorker, Role.SiteCoordinator, Role.Navigator, Role.IntakeStaff, Role.Director], [World.Beside]),
        ("stranger", World.Other, [.. Enum.GetValues<Role>().Where(role => role != Role.Unspecified)], []),
    ];

    private readonly Dictionary<string, string> known = [];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task By_gRPC_everybody_may_what_the_table_says()
    {
        using var channel = GrpcChannel.ForAddress(world.Server.Grpc);
        await AssertTableAsync(Rpc.All, (rpc, token) => CallAsync(rpc, channel.CreateCallInvoker(), token));
    }

    [Fact]
    public async Task By_gRPC_Web_everybody_may_what_the_table_says()
    {
        using var channel = GrpcChannel.ForAddress(
            world.Server.Web, new GrpcChannelOptions { HttpHandler = new GrpcWebHandler(new HttpClientHandler()), HttpVersion = HttpVersion.Version11 });
        await AssertTableAsync(Rpc.All.Where(rpc => !rpc.IsDuplex), (rpc, token) => CallAsync(rpc, channel.CreateCallInvoker(), token));
    }

    [Fact]
    public async Task By_JSON_everybody_may_what_the_table_says()
    {
        using var http = new HttpClient { BaseAddress = new Uri(world.Server.Web) };
        await AssertTableAsync(Rpc.All.Where(rpc => rpc.Http is not null), (rpc, token) => BrowseAsync(rpc, http, token));
    }

    [Fact]
    public async Task A_site_that_is_malformed_or_not_named_shows_nothing_of_anybody_elses()
    {
        await MakeKnownAsync();
        var token = await (await world.AsAsync(World.Other, [.. Everybody[^1].Roles.Select(role => World.A(role))])).TokenAsync();
        using var channel = GrpcChannel.ForAddress(world.Server.Grpc);
        foreach (var rpc in Rpc.All.Where(rpc => rpc.NamesSite))
        {
            known["site_id"] = "Not An Id";
            var malformed = await Assert.ThrowsAsync<RpcException>(() => rpc.CallAsync(channel.CreateCallInvoker(), token, known, Cancel));
            Assert.True(malformed.StatusCode is StatusCode.InvalidArgument or StatusCode.NotFound, $"{rpc.Name} answered {malformed.Status}.");

            known["site_id"] = "";
            if (rpc.Name.Contains("/List", StringComparison.Ordinal) && !rpc.Name.EndsWith("/ListMovements", StringComparison.Ordinal))
                continue;
            var unnamed = await Assert.ThrowsAsync<RpcException>(() => rpc.CallAsync(channel.CreateCallInvoker(), token, known, Cancel));
            Assert.True(unnamed.StatusCode is StatusCode.InvalidArgument or StatusCode.NotFound, $"{rpc.Name} answered {unnamed.Status}.");
        }
    }

    [Fact]
    public void The_table_has_every_method_that_the_server_serves_and_no_other()
    {
        var served = world.Server.Part<IEnumerable<EndpointDataSource>>().SelectMany(source => source.Endpoints)
            .Select(endpoint => endpoint.Metadata.GetMetadata<GrpcMethodMetadata>()?.Method.FullName.TrimStart('/'))
            .OfType<string>().Distinct().Order(StringComparer.Ordinal);

        Assert.Equal(served, Table().Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_method_of_a_service_that_is_written_here_has_its_policy_beside_it()
    {
        var services = typeof(AllowAttribute).Assembly.GetTypes()
            .Where(type => type.BaseType?.GetCustomAttributes(typeof(BindServiceMethodAttribute), false).Length > 0).ToList();
        var without = services.SelectMany(service => service.BaseType!.GetMethods().Where(method => method.IsVirtual && method.DeclaringType == service.BaseType)
            .Select(method => service.GetMethod(method.Name)!))
            .Where(method => method.GetCustomAttributes(typeof(AllowAttribute), false).Length == 0)
            .Select(method => $"{method.DeclaringType!.Name}.{method.Name}");

        Assert.True(services.Count >= 10);
        Assert.Empty(without);
    }

    private static Dictionary<string, string> Table()
    {
        var lines = File.ReadAllLines(TableFile()).Where(line => line.Length > 0 && !line.StartsWith('#')).Skip(1);
        return lines.ToDictionary(line => line.Split(' ')[0], line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..]));
    }

    private static string TableFile()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Outreach.sln")))
                return Path.Combine(folder.FullName, "tests", "Outreach.Server.Tests", "Access", "policies.txt");
        throw new InvalidOperationException($"No Outreach.sln above {AppContext.BaseDirectory}.");
    }

    private async Task AssertTableAsync(IEnumerable<Rpc> rpcs, Func<Rpc, string?, Task<string>> call)
    {
        await MakeKnownAsync();
        var sessions = new List<Session>();
        foreach (var who in Everybody)
            sessions.Add(await world.AsAsync(who.Organization, [.. who.Roles.Select(role => World.A(role, who.Sites))]));
        var (table, wrong) = (Table(), new StringBuilder());
        foreach (var rpc in rpcs)
        {
            var found = new List<string> { await call(rpc, null) };
            for (var i = 0; i < sessions.Count; i++)
            {
                found.Add(await call(rpc, await sessions[i].TokenAsync()));
                if (rpc.Name.EndsWith("/EndSession", StringComparison.Ordinal))
                    sessions[i] = await world.EnrollAsync(sessions[i].Person.PersonId);
            }

            if (string.Join(' ', found) != table.GetValueOrDefault(rpc.Name))
                wrong.AppendLine($"{rpc.Name,-70}{string.Concat(found.Select(one => $"{one,-14}"))}".TrimEnd());
        }

        Assert.True(wrong.Length == 0, $"The table says otherwise of:{Environment.NewLine}{wrong}");
    }

    /// <summary>Somebody of the first organization whom nobody misses.</summary>
    private async Task MakeKnownAsync()
    {
        var target = await world.AsAsync("", World.A(Role.Director));
        (known["person_id"], known["device_id"]) = (target.Person.PersonId, target.Tokens.DeviceId);
    }

    private async Task<string> CallAsync(Rpc rpc, CallInvoker invoker, string? token)
    {
        try
        {
            await rpc.CallAsync(invoker, token, known, Cancel);
            return In;
        }
        catch (RpcException refused)
        {
            var reason = refused.GetRpcStatus()?.GetDetail<ErrorInfo>()?.Reason ?? "";
            return Said(refused.StatusCode, reason);
        }
    }

    private async Task<string> BrowseAsync(Rpc rpc, HttpClient http, string? token)
    {
        using var request = rpc.Browse(known);
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
        // A stream that goes on says all by beginning.
        var said = response.IsSuccessStatusCode ? "" : await response.Content.ReadAsStringAsync(Cancel);
        return response.StatusCode switch
        {
            HttpStatusCode.Unauthorized => Said(StatusCode.Unauthenticated, ""),
            HttpStatusCode.Forbidden => Said(StatusCode.PermissionDenied, ""),
            HttpStatusCode.NotFound => Said(StatusCode.NotFound, NotThere.FirstOrDefault(said.Contains) ?? ""),
            _ => In,
        };
    }

    private static string Said(StatusCode status, string reason) => status switch
    {
        StatusCode.Unauthenticated => Out,
        StatusCode.PermissionDenied => Forbidden,
        StatusCode.NotFound when NotThere.Contains(reason) => Unknown,
        _ => In,
    };
}
