using Microsoft.Extensions.Logging.Abstractions;
using NodaTime;
using Outreach.Server.Ledger;

namespace Outreach.Server.Tests.Ledger;

/// <summary>What is due.</summary>
public abstract class PromiseContract : LedgerContract
{
    [Fact]
    public async Task What_is_due_is_told_at_its_time_and_again_until_it_is_kept()
    {
        await using var ledger = await Home.OpenAsync();
        var keeper = new Keeper();
        var pump = PumpOf(ledger, keeper);
        var jar = await OpenJarAsync(ledger);
        await jar.Append([new JarFact.Due("a", Now + Duration.FromHours(1)), new JarFact.Due("b", Now + Duration.FromHours(2))], Now);
        Assert.Equal(0, await pump.RoundAsync(Cancel));
        Home.Clock.AdvanceHours(1);
        Assert.Equal(1, await pump.RoundAsync(Cancel));
        Assert.Equal(0, await pump.RoundAsync(Cancel));
        Home.Clock.AdvanceMinutes(10);
        Assert.Equal(1, await pump.RoundAsync(Cancel));
        Home.Clock.AdvanceHours(1);
        Assert.Equal(2, await pump.RoundAsync(Cancel));
        await jar.Append([new JarFact.Settled("a")], Now);
        Home.Clock.AdvanceHours(1);
        await pump.RoundAsync(Cancel);
        Assert.Equal(["one return a", "one return a", "one return a", "one return b", "one return b"], keeper.Told.Order());
        Assert.Empty(await VerifyAsync(ledger));
    }

    [Fact]
    public async Task What_is_due_is_kept_across_restarts_and_a_clock_that_jumps()
    {
        await using (var ledger = await Home.OpenAsync())
            await (await OpenJarAsync(ledger)).Append([new JarFact.Due("a", Now + Duration.FromDays(300))], Now);
        Home.Clock.AdvanceDays(-30);
        var keeper = new Keeper();
        await using var again = await Home.OpenAsync();
        Assert.Equal(0, await PumpOf(again, keeper).RoundAsync(Cancel));
        Home.Clock.AdvanceDays(1_000);
        Assert.Equal(1, await PumpOf(again, keeper).RoundAsync(Cancel));
        Assert.Equal(["one return a"], keeper.Told);
    }

    [Fact]
    public async Task What_was_put_off_by_a_clock_that_was_ahead_is_told_of_when_the_clock_is_right_again()
    {
        await using var ledger = await Home.OpenAsync();
        await (await OpenJarAsync(ledger)).Append([new JarFact.Due("a", Now)], Now);
        var pump = PumpOf(ledger, new Keeper());
        Home.Clock.AdvanceDays(365);
        Assert.Equal(1, await pump.RoundAsync(Cancel));
        Home.Clock.AdvanceDays(-364);
        Assert.Equal(1, await pump.RoundAsync(Cancel));
        Assert.Equal(0, await pump.RoundAsync(Cancel));
    }

    [Fact]
    public async Task A_keeper_that_throws_is_told_again_and_holds_up_no_other()
    {
        await using var ledger = await Home.OpenAsync();
        var keeper = new Keeper { Throws = "bad" };
        var jar = await OpenJarAsync(ledger);
        await jar.Append([new JarFact.Due("bad", Now), new JarFact.Due("good", Now)], Now);
        Assert.Equal(2, await PumpOf(ledger, keeper).RoundAsync(Cancel));
        Home.Clock.AdvanceMinutes(10);
        Assert.Equal(2, await PumpOf(ledger, keeper).RoundAsync(Cancel));
        Assert.Equal(["one return good", "one return good"], keeper.Told);
    }

    [Fact]
    public async Task A_promise_that_is_made_again_moves_and_a_rebuild_keeps_what_is_open()
    {
        await using var ledger = await Home.OpenAsync();
        var keeper = new Keeper();
        var jar = await OpenJarAsync(ledger);
        await jar.Append([new JarFact.Due("a", Now), new JarFact.Due("gone", Now)], Now);
        await jar.Append([new JarFact.Due("a", Now + Duration.FromHours(5)), new JarFact.Settled("gone")], Now);
        await ledger.RebuildAsync(_ => { });
        Assert.Equal(0, await PumpOf(ledger, keeper).RoundAsync(Cancel));
        Home.Clock.AdvanceHours(5);
        Assert.Equal(1, await PumpOf(ledger, keeper).RoundAsync(Cancel));
    }

    private protected PromisePump PumpOf(StoredLedger ledger, Keeper keeper) => new(ledger, [keeper], Home.Clock, NullLogger<PromisePump>.Instance);

    private protected sealed class Keeper : IPromiseKeeper
    {
        public string Family => "jar";

        public string Throws { get; init; } = "";

        public System.Collections.Concurrent.ConcurrentQueue<string> Told { get; } = new();

        public Task WakeAsync(string id, string kind, string key, CancellationToken cancel)
        {
            if (key == Throws)
                throw new InvalidOperationException("It does not want to.");
            Told.Enqueue($"{id} {kind} {key}");
            return Task.CompletedTask;
        }
    }
}
