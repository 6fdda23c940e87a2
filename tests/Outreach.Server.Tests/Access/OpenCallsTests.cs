using NodaTime;
using NodaTime.Testing;
using Outreach.Domain;
using Outreach.Domain.Access;
using Outreach.Server.Access;

namespace Outreach.Server.Tests.Access;

/// <summary>A stream ends with its caller's right to it, whatever the store does at that moment.</summary>
public sealed class OpenCallsTests
{
    private static readonly Caller Somebody = new(
        new Person(new PersonId("p-1"), OrganizationId.First, "Somebody", PersonKind.Person, []), new EnrolledId("phone"), []);

    private readonly OpenCalls calls = new(new FakeClock(SystemClock.Instance.GetCurrentInstant()));

    [Fact]
    public async Task A_store_that_breaks_while_it_is_asked_is_asked_again()
    {
        var asked = 0;
        using var call = calls.Open(Somebody, AskAsync, TestContext.Current.CancellationToken);

        await Eventually.AssertAsync(() => Task.FromResult(call.Ends.IsCancellationRequested));

        Assert.Equal(("SESSION_ENDED", 2), (((Outreach.Server.Rpc.RefusedException)call.Reason!).Refusal.Code, asked));

        async Task<Refusal?> AskAsync(CancellationToken cancel)
        {
            await Task.Yield();
            return ++asked == 1 ? throw new Npgsql.NpgsqlException("The connection is gone.") : DeviceRules.Ended();
        }
    }

    [Fact]
    public async Task A_stream_whose_caller_may_go_on_goes_on()
    {
        var asked = new TaskCompletionSource();
        using var call = calls.Open(Somebody, AskAsync, TestContext.Current.CancellationToken);
        await asked.Task;

        Assert.Null(call.Reason);
        Assert.False(call.Ends.IsCancellationRequested);

        Task<Refusal?> AskAsync(CancellationToken cancel)
        {
            asked.TrySetResult();
            return Task.FromResult<Refusal?>(null);
        }
    }
}
