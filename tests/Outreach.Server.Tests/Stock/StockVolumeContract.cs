using Grpc.Core;
using Outreach.Protocol.Encounters.V1;
using Outreach.Protocol.Stock.V1;
using Duration = NodaTime.Duration;

namespace Outreach.Server.Tests.Stock;

/// <summary>What needs very many records, on a server of its own: it would slow those that read the records of all sites.</summary>
public abstract class StockVolumeContract(StockServerFixture host) : StockCalls(host)
{
    [Fact]
    public async Task A_record_is_recognized_a_year_later()
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

            Assert.Equal((RecordOutcome.AlreadyRecorded, 1), (again.Outcome, again.Version));
            encounter.PeopleTrained = 1;
            Assert.Equal(StatusCode.AlreadyExists, await FailedStatusAsync(LogAsync(encounter)));
        }
        finally
        {
            await Host.MoveClockAsync(default);
        }
    }

    [Fact]
    public async Task A_slow_watcher_is_disconnected_and_misses_nothing_after_resuming()
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

public sealed class SqliteStockVolumeTests(SqliteStockServerFixture server) : StockVolumeContract(server), IClassFixture<SqliteStockServerFixture>;

public sealed class PostgresStockVolumeTests(PostgresStockServerFixture server) : StockVolumeContract(server), IClassFixture<PostgresStockServerFixture>;
