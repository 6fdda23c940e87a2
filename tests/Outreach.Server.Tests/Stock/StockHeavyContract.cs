using Grpc.Core;
using Outreach.Protocol.Encounters.V1;
using Outreach.Protocol.Stock.V1;
using Duration = NodaTime.Duration;

namespace Outreach.Server.Tests.Stock;

/// <summary>What needs very many records, on a server of its own: it would slow those that read the records of all sites.</summary>
public abstract class StockHeavyContract(StockServer host) : StockCalls(host)
{
    [Fact]
    public async Task What_was_recorded_a_year_ago_is_recognised_today()
    {
        var site = await Host.OpenSiteAsync();
        var encounter = Encounter(site, ("test-syringe", 1));
        await LogAsync(encounter.Clone());
        for (var i = 0; i < 2; i++)
            await SyncAsync([.. Enumerable.Range(0, 900).Select(_ => Encounter(site))]);
        try
        {
            await Host.MoveClockAsync(Duration.FromDays(366));
            await SyncAsync([.. Enumerable.Range(0, 900).Select(_ => Encounter(site))]);

            var again = await LogAsync(encounter.Clone());

            Assert.Equal((RecordOutcome.RecordedBefore, 1), (again.Outcome, again.Version));
            encounter.PeopleTrained = 1;
            Assert.Equal(StatusCode.AlreadyExists, await StatusAsync(LogAsync(encounter)));
        }
        finally
        {
            await Host.MoveClockAsync(default);
        }
    }

    [Fact]
    public async Task A_watcher_that_does_not_listen_is_let_go_and_misses_nothing_when_it_comes_again()
    {
        using var cancel = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        var site = await Host.OpenSiteAsync();
        await ReceiveAsync(site, "test-syringe", 1_000_000);
        using var call = Stock.WatchStock(new WatchStockRequest { SiteId = site }, cancellationToken: cancel.Token);
        await call.ResponseStream.MoveNext(cancel.Token);
        var lines = Enumerable.Repeat(("test-syringe", 1), 100).ToArray();
        for (var i = 0; i < 3; i++)
            await SyncAsync([.. Enumerable.Range(0, 900).Select(_ => Encounter(site, lines))]);

        var movements = new List<Movement>();
        var refused = await Assert.ThrowsAsync<RpcException>(() => ReadAsync(call, long.MaxValue));
        Assert.Equal((StatusCode.ResourceExhausted, "WATCH_TOO_SLOW"), (refused.StatusCode, refused.GetRpcStatus()!.GetDetail<Google.Rpc.ErrorInfo>()!.Reason));
        using var again = Stock.WatchStock(new WatchStockRequest { SiteId = site, AfterVersion = movements[^1].Version }, cancellationToken: cancel.Token);
        await ReadAsync(again, 2_701);

        Assert.Equal(270_000, movements.Count);
        Assert.Equal(2_700, movements.Select(movement => movement.Version).Distinct().Count());

        async Task ReadAsync(AsyncServerStreamingCall<WatchStockResponse> from, long until)
        {
            while ((movements.Count == 0 || movements[^1].Version < until) && await from.ResponseStream.MoveNext(cancel.Token))
                movements.AddRange(from.ResponseStream.Current.Movements);
        }
    }
}

public sealed class SqliteStockHeavyTests(SqliteStockServer server) : StockHeavyContract(server), IClassFixture<SqliteStockServer>;

public sealed class PostgresStockHeavyTests(PostgresStockServer server) : StockHeavyContract(server), IClassFixture<PostgresStockServer>;
