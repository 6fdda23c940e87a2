using Microsoft.Extensions.Logging.Abstractions;
using NodaTime;
using Outreach.Server.Ledger;

namespace Outreach.Server.Tests.Ledger;

/// <summary>Promises that become due.</summary>
public abstract class PromiseContract : LedgerContract
{
    [Fact]
    public async Task A_due_promise_is_delivered_repeatedly_until_it_is_done()
    {
        await using var ledger = await Store.OpenAsync();
        var handler = new TestHandler();
        var pump = CreatePump(ledger, handler);
        var jar = await OpenJarAsync(ledger);
        await jar.AppendAsync([new JarFact.ReturnDue("a", Now + Duration.FromHours(1)), new JarFact.ReturnDue("b", Now + Duration.FromHours(2))], Now);
        Assert.Equal(0, await pump.DispatchDueAsync(Cancel));
        Store.Clock.AdvanceHours(1);
        Assert.Equal(1, await pump.DispatchDueAsync(Cancel));
        Assert.Equal(0, await pump.DispatchDueAsync(Cancel));
        Store.Clock.AdvanceMinutes(10);
        Assert.Equal(1, await pump.DispatchDueAsync(Cancel));
        Store.Clock.AdvanceHours(1);
        Assert.Equal(2, await pump.DispatchDueAsync(Cancel));
        await jar.AppendAsync([new JarFact.ReturnDone("a")], Now);
        Store.Clock.AdvanceHours(1);
        await pump.DispatchDueAsync(Cancel);
        Assert.Equal(["one return a", "one return a", "one return a", "one return b", "one return b"], handler.Handled.Order());
        Assert.Empty(await VerifyAsync(ledger));
    }

    [Fact]
    public async Task Promises_survive_restarts_and_clock_jumps()
    {
        await using (var ledger = await Store.OpenAsync())
            await (await OpenJarAsync(ledger)).AppendAsync([new JarFact.ReturnDue("a", Now + Duration.FromDays(300))], Now);
        Store.Clock.AdvanceDays(-30);
        var handler = new TestHandler();
        await using var again = await Store.OpenAsync();
        Assert.Equal(0, await CreatePump(again, handler).DispatchDueAsync(Cancel));
        Store.Clock.AdvanceDays(1_000);
        Assert.Equal(1, await CreatePump(again, handler).DispatchDueAsync(Cancel));
        Assert.Equal(["one return a"], handler.Handled);
    }

    [Fact]
    public async Task A_promise_postponed_by_a_fast_clock_is_delivered_once_the_clock_is_right()
    {
        await using var ledger = await Store.OpenAsync();
        await (await OpenJarAsync(ledger)).AppendAsync([new JarFact.ReturnDue("a", Now)], Now);
        var pump = CreatePump(ledger, new TestHandler());
        Store.Clock.AdvanceDays(365);
        Assert.Equal(1, await pump.DispatchDueAsync(Cancel));
        Store.Clock.AdvanceDays(-364);
        Assert.Equal(1, await pump.DispatchDueAsync(Cancel));
        Assert.Equal(0, await pump.DispatchDueAsync(Cancel));
    }

    [Fact]
    public async Task A_handler_that_throws_is_retried_and_does_not_delay_others()
    {
        await using var ledger = await Store.OpenAsync();
        var handler = new TestHandler { FailingKey = "bad" };
        var jar = await OpenJarAsync(ledger);
        await jar.AppendAsync([new JarFact.ReturnDue("bad", Now), new JarFact.ReturnDue("good", Now)], Now);
        Assert.Equal(2, await CreatePump(ledger, handler).DispatchDueAsync(Cancel));
        Store.Clock.AdvanceMinutes(10);
        Assert.Equal(2, await CreatePump(ledger, handler).DispatchDueAsync(Cancel));
        Assert.Equal(["one return good", "one return good"], handler.Handled);
    }

    [Fact]
    public async Task A_promise_made_again_is_rescheduled_and_a_rebuild_keeps_open_promises()
    {
        await using var ledger = await Store.OpenAsync();
        var handler = new TestHandler();
        var jar = await OpenJarAsync(ledger);
        await jar.AppendAsync([new JarFact.ReturnDue("a", Now), new JarFact.ReturnDue("gone", Now)], Now);
        await jar.AppendAsync([new JarFact.ReturnDue("a", Now + Duration.FromHours(5)), new JarFact.ReturnDone("gone")], Now);
        await ledger.RebuildAsync(_ => { });
        Assert.Equal(0, await CreatePump(ledger, handler).DispatchDueAsync(Cancel));
        Store.Clock.AdvanceHours(5);
        Assert.Equal(1, await CreatePump(ledger, handler).DispatchDueAsync(Cancel));
    }

    private protected PromisePump CreatePump(StoredLedger ledger, TestHandler handler) => new(ledger, [handler], Store.Clock, NullLogger<PromisePump>.Instance);

    private protected sealed class TestHandler : IPromiseHandler
    {
        public string Category => "jar";

        public string FailingKey { get; init; } = "";

        public System.Collections.Concurrent.ConcurrentQueue<string> Handled { get; } = new();

        public Task HandleAsync(string id, string kind, string key, CancellationToken cancel)
        {
            if (key == FailingKey)
                throw new InvalidOperationException("The handler failed.");
            Handled.Enqueue($"{id} {kind} {key}");
            return Task.CompletedTask;
        }
    }
}
