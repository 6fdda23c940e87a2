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
using Outreach.Protocol.Questions.V1;
using Outreach.Server.Access;

namespace Outreach.Server.Tests.Access;

/// <summary>Every method, called by everybody, on every face, against the table in <c>policies.txt</c> that a person can read.</summary>
public sealed class PolicyTests(SqliteAccessFixture world) : IClassFixture<SqliteAccessFixture>
{
    private const string Allowed = "yes", Unauthenticated = "-", Unknown = "404", Forbidden = "403";

    private static readonly string[] UnknownReasons = ["SITE_UNKNOWN", "PERSON_UNKNOWN", "ORGANIZATION_UNKNOWN", "DEVICE_UNKNOWN", "QUESTION_UNKNOWN"];

    private static readonly (string Name, string Organization, Role[] Roles, string[] Sites)[] Callers =
    [
        ("worker", "", [Role.OutreachWorker], []),
        ("coordinator", "", [Role.SiteCoordinator], []),
        ("navigator", "", [Role.Navigator], []),
        ("intake", "", [Role.IntakeStaff], []),
        ("director", "", [Role.Director], []),
        ("administrator", "", [Role.Administrator], []),
        ("beside", "", [Role.OutreachWorker, Role.SiteCoordinator, Role.Navigator, Role.IntakeStaff, Role.Director], [AccessFixture.OtherOwnSite]),
        ("stranger", AccessFixture.OtherOrganization, [.. Enum.GetValues<Role>().Where(role => role != Role.Unspecified)], []),
    ];

    private readonly Dictionary<string, string> knownIds = [];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task gRPC_calls_are_allowed_as_the_table_says()
    {
        using var channel = GrpcChannel.ForAddress(world.Server.GrpcAddress);
        await AssertTableAsync(RpcMethod.All, (rpc, token) => CallAsync(rpc, channel.CreateCallInvoker(), token));
    }

    [Fact]
    public async Task gRPC_Web_calls_are_allowed_as_the_table_says()
    {
        using var channel = GrpcChannel.ForAddress(
            world.Server.WebAddress, new GrpcChannelOptions { HttpHandler = new GrpcWebHandler(new HttpClientHandler()), HttpVersion = HttpVersion.Version11 });
        await AssertTableAsync(RpcMethod.All.Where(rpc => !rpc.IsDuplex), (rpc, token) => CallAsync(rpc, channel.CreateCallInvoker(), token));
    }

    [Fact]
    public async Task JSON_calls_are_allowed_as_the_table_says()
    {
        using var http = new HttpClient { BaseAddress = new Uri(world.Server.WebAddress) };
        await AssertTableAsync(RpcMethod.All.Where(rpc => rpc.JsonRule is not null), (rpc, token) => CallAsJsonAsync(rpc, http, token));
    }

    [Fact]
    public async Task A_malformed_or_missing_site_id_reveals_nothing()
    {
        await CreateTargetAsync();
        var token = await (await world.SignInNewPersonAsync(AccessFixture.OtherOrganization, [.. Callers[^1].Roles.Select(role => AccessFixture.GrantOf(role))])).GetAccessTokenAsync();
        using var channel = GrpcChannel.ForAddress(world.Server.GrpcAddress);
        foreach (var rpc in RpcMethod.All.Where(rpc => rpc.NamesSite))
        {
            knownIds["site_id"] = "Not An Id";
            var malformed = await Assert.ThrowsAsync<RpcException>(() => rpc.CallAsync(channel.CreateCallInvoker(), token, knownIds, Cancel));
            Assert.True(malformed.StatusCode is StatusCode.InvalidArgument or StatusCode.NotFound, $"{rpc.Name} answered {malformed.Status}.");

            knownIds["site_id"] = "";
            if (rpc.Name.Contains("/List", StringComparison.Ordinal) && !rpc.Name.EndsWith("/ListMovements", StringComparison.Ordinal))
                continue;
            var unnamed = await Assert.ThrowsAsync<RpcException>(() => rpc.CallAsync(channel.CreateCallInvoker(), token, knownIds, Cancel));
            Assert.True(unnamed.StatusCode is StatusCode.InvalidArgument or StatusCode.NotFound, $"{rpc.Name} answered {unnamed.Status}.");
        }
    }

    [Fact]
    public void The_table_lists_exactly_the_methods_that_are_served()
    {
        var served = world.Server.GetService<IEnumerable<EndpointDataSource>>().SelectMany(source => source.Endpoints)
            .Select(endpoint => endpoint.Metadata.GetMetadata<GrpcMethodMetadata>()?.Method.FullName.TrimStart('/'))
            .OfType<string>().Distinct().Order(StringComparer.Ordinal);

        Assert.Equal(served, Table().Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_service_method_has_a_policy_attribute()
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
        var lines = File.ReadAllLines(GoldenFiles.PathOf("Access", "policies.txt")).Where(line => line.Length > 0 && !line.StartsWith('#')).Skip(1);
        return lines.ToDictionary(line => line.Split(' ')[0], line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..]));
    }

    private async Task AssertTableAsync(IEnumerable<RpcMethod> rpcs, Func<RpcMethod, string?, Task<string>> call)
    {
        await CreateTargetAsync();
        var sessions = new List<SignedInUser>();
        foreach (var who in Callers)
            sessions.Add(await world.SignInNewPersonAsync(who.Organization, [.. who.Roles.Select(role => AccessFixture.GrantOf(role, who.Sites))]));
        var (table, wrong) = (Table(), new StringBuilder());
        foreach (var rpc in rpcs)
        {
            var found = new List<string> { await call(rpc, null) };
            for (var i = 0; i < sessions.Count; i++)
            {
                found.Add(await call(rpc, await sessions[i].GetAccessTokenAsync()));
                if (rpc.Name.EndsWith("/EndSession", StringComparison.Ordinal))
                    sessions[i] = await world.EnrollAsync(sessions[i].Person.PersonId);
            }

            if (string.Join(' ', found) != table.GetValueOrDefault(rpc.Name))
                wrong.AppendLine($"{rpc.Name,-70}{string.Concat(found.Select(one => $"{one,-14}"))}".TrimEnd());
        }

        Assert.True(wrong.Length == 0, $"The table says otherwise of:{Environment.NewLine}{wrong}");
    }

    /// <summary>Creates somebody of the first organization whom nobody misses, and a question.</summary>
    private async Task CreateTargetAsync()
    {
        var target = await world.SignInNewPersonAsync("", AccessFixture.GrantOf(Role.Director));
        (knownIds["person_id"], knownIds["device_id"]) = (target.Person.PersonId, target.Tokens.DeviceId);
        knownIds["question_id"] = "age-band";
        var question = new Question { QuestionId = "age-band", Text = "Age band", Answers = { new Answer { AnswerId = "a", Label = "A" }, new Answer { AnswerId = "b", Label = "B" } } };
        await new QuestionService.QuestionServiceClient(world.Server.Channel).CreateQuestionAsync(
            new CreateQuestionRequest { Question = question }, cancellationToken: Cancel);
    }

    private async Task<string> CallAsync(RpcMethod rpc, CallInvoker invoker, string? token)
    {
        try
        {
            await rpc.CallAsync(invoker, token, knownIds, Cancel);
            return Allowed;
        }
        catch (RpcException refused)
        {
            var reason = refused.GetRpcStatus()?.GetDetail<ErrorInfo>()?.Reason ?? "";
            return ToTableEntry(refused.StatusCode, reason);
        }
    }

    private async Task<string> CallAsJsonAsync(RpcMethod rpc, HttpClient http, string? token)
    {
        using var request = rpc.ToHttpRequest(knownIds);
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
        // A stream that goes on says all by beginning.
        var said = response.IsSuccessStatusCode ? "" : await response.Content.ReadAsStringAsync(Cancel);
        return response.StatusCode switch
        {
            HttpStatusCode.Unauthorized => ToTableEntry(StatusCode.Unauthenticated, ""),
            HttpStatusCode.Forbidden => ToTableEntry(StatusCode.PermissionDenied, ""),
            HttpStatusCode.NotFound => ToTableEntry(StatusCode.NotFound, UnknownReasons.FirstOrDefault(said.Contains) ?? ""),
            _ => Allowed,
        };
    }

    private static string ToTableEntry(StatusCode status, string reason) => status switch
    {
        StatusCode.Unauthenticated => Unauthenticated,
        StatusCode.PermissionDenied => Forbidden,
        StatusCode.NotFound when UnknownReasons.Contains(reason) => Unknown,
        _ => Allowed,
    };
}
