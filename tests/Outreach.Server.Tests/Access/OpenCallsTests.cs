using NodaTime;
using NodaTime.Testing;
using Outreach.Domain.Access;
using Outreach.Domain.Recording;
using Outreach.Server.Access;

namespace Outreach.Server.Tests.Access;

/// <summary>A stream ends with its caller's right to it, whatever the store does at that moment.</summary>
public sealed class OpenCallsTests
{
    private static readonly Caller Somebody = new(
        new Person(new PersonId("p-1"), OrganizationId.First, "Somebody", PersonKind.Person, []), new EnrolledDeviceId("phone"), []);

    private readonly StreamingCalls calls = new(new FakeClock(SystemClock.Instance.GetCurrentInstant()));

    [Fact]
    public async Task The_check_is_retried_if_the_store_fails()
    {
        var asked = 0;
        using var call = calls.Add(Somebody, AskAsync, TestContext.Current.CancellationToken);

        await Eventually.AssertAsync(() => Task.FromResult(call.CancellationToken.IsCancellationRequested));

        Assert.Equal(("SESSION_ENDED", 2), (((Outreach.Server.Rpc.RefusedException)call.EndReason!).Refusal.Code, asked));

        async Task<Refusal?> AskAsync(CancellationToken cancel)
        {
            await Task.Yield();
            return ++asked == 1 ? throw new Npgsql.NpgsqlException("The connection is gone.") : DeviceRules.SessionEnded();
        }
    }

    [Fact]
    public async Task A_stream_continues_while_its_caller_is_allowed()
    {
        var asked = new TaskCompletionSource();
        using var call = calls.Add(Somebody, AskAsync, TestContext.Current.CancellationToken);
        await asked.Task;

        Assert.Null(call.EndReason);
        Assert.False(call.CancellationToken.IsCancellationRequested);

        Task<Refusal?> AskAsync(CancellationToken cancel)
        {
            asked.TrySetResult();
            return Task.FromResult<Refusal?>(null);
        }
    }
}
