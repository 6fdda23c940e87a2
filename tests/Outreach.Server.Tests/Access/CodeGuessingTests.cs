using Google.Rpc;
using Grpc.Core;
using Grpc.Net.Client;
using Outreach.Protocol.Access.V1;

namespace Outreach.Server.Tests.Access;

/// <summary>Guessing at codes is slowed down and on record.</summary>
public sealed class CodeGuessingTests : IAsyncLifetime
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("outreach-attempts-");
    private RunningServer server = null!;
    private SessionService.SessionServiceClient sessions = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        server = await RunningServer.StartAsync($"--Outreach:DataFolder={folder.FullName}");
        sessions = new SessionService.SessionServiceClient(GrpcChannel.ForAddress(server.GrpcAddress));
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task After_ten_wrong_codes_an_address_waits_and_is_told_how_long()
    {
        var code = await CreateCodeAsync();
        for (var guess = 0; guess < 10; guess++)
            await RpcAssert.RefusedAsync(StatusCode.Unauthenticated, "CODE_WRONG", () => EnrollAsync($"0000{guess}-00000"));

        await RpcAssert.RefusedAsync(StatusCode.ResourceExhausted, "TOO_MANY_ATTEMPTS", () => EnrollAsync("00000-00000"));
        // A right one too: otherwise guessing would go on.
        var refused = await Assert.ThrowsAsync<RpcException>(() => EnrollAsync(code));
        Assert.InRange(refused.GetRpcStatus()!.GetDetail<RetryInfo>()!.RetryDelay.Seconds, 1, 600);
        Assert.Contains("seconds", refused.Status.Detail, StringComparison.Ordinal);
        var entries = (await new AuditService.AuditServiceClient(server.Channel).ListAuditEntriesAsync(
            new ListAuditEntriesRequest { Filter = new AuditFilter { Kind = AuditKind.FailedSignIn } }, cancellationToken: Cancel)).Entries;
        Assert.Equal(10, entries.Count);
        Assert.All(entries, entry => Assert.Equal(("CODE_WRONG", "outreach.access.v1.SessionService/EnrollDevice"), (entry.Reason, entry.Method)));
        Assert.Single(entries.SelectMany(entry => entry.Subjects).Distinct());
        Assert.DoesNotContain("127.0.0.1", entries[0].Subjects[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Concurrent_guesses_are_limited_like_sequential_ones()
    {
        var guesses = await Task.WhenAll(Enumerable.Range(0, 200).Select(async _ =>
            (await Assert.ThrowsAsync<RpcException>(() => EnrollAsync("00000-00000"))).GetRpcStatus()!.GetDetail<ErrorInfo>()!.Reason));

        Assert.InRange(guesses.Count(reason => reason == "CODE_WRONG"), 0, 10);
        Assert.InRange(guesses.Count(reason => reason == "TOO_MANY_ATTEMPTS"), 190, 200);
    }

    [Fact]
    public async Task Guesses_from_the_same_address_do_not_sign_anyone_out()
    {
        var session = await SignedInUser.EnrollAsync(server.GrpcAddress, await CreateCodeAsync());
        for (var guess = 0; guess < 20; guess++)
            await Assert.ThrowsAsync<RpcException>(() => EnrollAsync("00000-00000"));

        await sessions.RefreshSessionAsync(new RefreshSessionRequest { RefreshToken = session.Tokens.RefreshToken }, cancellationToken: Cancel);
    }

    private async Task<string> CreateCodeAsync() => (await new PeopleService.PeopleServiceClient(server.Channel).CreateEnrollmentCodeAsync(
        new CreateEnrollmentCodeRequest { PersonId = "admin" }, cancellationToken: Cancel)).Code;

    private async Task EnrollAsync(string code) =>
        await sessions.EnrollDeviceAsync(
            new EnrollDeviceRequest { RequestId = Guid.NewGuid().ToString(), Code = code, DeviceLabel = "A guess" }, cancellationToken: Cancel);
}
