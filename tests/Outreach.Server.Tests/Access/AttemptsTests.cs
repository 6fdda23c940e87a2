using Google.Rpc;
using Grpc.Core;
using Grpc.Net.Client;
using Outreach.Protocol.Access.V1;

namespace Outreach.Server.Tests.Access;

/// <summary>Guessing at codes is slowed down and on record.</summary>
public sealed class AttemptsTests(WorldOnSqlite world) : IClassFixture<WorldOnSqlite>
{
    private readonly SessionService.SessionServiceClient sessions = new(GrpcChannel.ForAddress(world.Server.Grpc));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task After_ten_wrong_codes_an_address_waits_and_is_told_how_long()
    {
        var code = await new PeopleService.PeopleServiceClient(world.Server.Channel).CreateEnrollmentCodeAsync(
            new CreateEnrollmentCodeRequest { PersonId = "admin" }, cancellationToken: Cancel);
        for (var guess = 0; guess < 10; guess++)
            await Refused.AssertAsync(StatusCode.Unauthenticated, "CODE_WRONG", () => EnrollAsync($"0000{guess}-00000"));

        await Refused.AssertAsync(StatusCode.ResourceExhausted, "TOO_MANY_ATTEMPTS", () => EnrollAsync("00000-00000"));
        // A right one too: otherwise guessing would go on.
        var refused = await Assert.ThrowsAsync<RpcException>(() => EnrollAsync(code.Code));
        Assert.InRange(refused.GetRpcStatus()!.GetDetail<RetryInfo>()!.RetryDelay.Seconds, 1, 600);
        Assert.Contains("seconds", refused.Status.Detail, StringComparison.Ordinal);
        var entries = (await new AuditService.AuditServiceClient(world.Server.Channel).ListAuditEntriesAsync(
            new ListAuditEntriesRequest { Filter = new AuditFilter { Kind = AuditKind.Attempt } }, cancellationToken: Cancel)).Entries;
        Assert.Equal(10, entries.Count);
        Assert.All(entries, entry => Assert.Equal(("CODE_WRONG", "outreach.access.v1.SessionService/Enroll"), (entry.Reason, entry.Method)));
        Assert.Single(entries.SelectMany(entry => entry.Subjects).Distinct());
        Assert.DoesNotContain("127.0.0.1", entries[0].Subjects[0], StringComparison.Ordinal);
    }

    private async Task EnrollAsync(string code) =>
        await sessions.EnrollAsync(
            new EnrollRequest { RequestId = Guid.NewGuid().ToString(), Code = code, DeviceLabel = "A guess" }, cancellationToken: Cancel);
}
