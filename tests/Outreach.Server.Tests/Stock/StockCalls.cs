using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Outreach.Protocol.Encounters.V1;
using Outreach.Protocol.Stock.V1;

namespace Outreach.Server.Tests.Stock;

/// <summary>Short ways to ask for stock and encounters.</summary>
public abstract class StockCalls(StockServerFixture host)
{
    protected StockServerFixture Host { get; } = host;

    protected StockService.StockServiceClient Stock => Host.Stock;

    protected EncounterService.EncounterServiceClient Encounters => Host.Encounters;

    protected static async Task<List<Movement>> ReadUntilAsync(
        AsyncServerStreamingCall<WatchStockResponse> call, long version, CancellationToken cancel)
    {
        var movements = new List<Movement>();
        while (movements.Count == 0 || movements[^1].Version < version)
        {
            Assert.True(await call.ResponseStream.MoveNext(cancel));
            var current = call.ResponseStream.Current;
            Assert.False(current.IsSnapshot);
            movements.AddRange(current.Movements);
            Assert.True(current.Version >= movements[^1].Version);
            Assert.Equal(1_000 - current.Version + 1, current.Products.Single().OnHand);
        }

        return movements;
    }

    protected async Task<WatchStockResponse> ReadFirstStateAsync(WatchStockRequest request)
    {
        using var call = Stock.WatchStock(request);
        await call.ResponseStream.MoveNext(default);
        return call.ResponseStream.Current;
    }

    protected async Task<List<RecordedEncounter>> ListAsync(ListEncountersRequest request, string site)
    {
        var found = new List<RecordedEncounter>();
        do
        {
            var page = await Encounters.ListEncountersAsync(request);
            found.AddRange(page.Encounters.Where(encounter => encounter.Encounter.SiteId == site));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        return found;
    }

    protected async Task<EncounterResult> LogAsync(Encounter encounter) =>
        (await Encounters.LogEncounterAsync(new LogEncounterRequest { Encounter = encounter })).Result;

    protected async Task<SyncEncountersResponse> SyncAsync(params Encounter[] encounters)
    {
        using var call = Encounters.SyncEncounters();
        await call.RequestStream.WriteAsync(new SyncEncountersRequest { BatchId = 7, Encounters = { encounters } });
        await call.RequestStream.CompleteAsync();
        Assert.True(await call.ResponseStream.MoveNext(default));
        var response = call.ResponseStream.Current;
        Assert.False(await call.ResponseStream.MoveNext(default));
        Assert.Equal(7, response.BatchId);
        return response;
    }

    protected async Task<RecordedEncounter> GetAsync(string site, string id) =>
        (await Encounters.GetEncounterAsync(new GetEncounterRequest { SiteId = site, EncounterId = id })).Encounter;

    protected async Task<ProductStock> StockOfAsync(string site, string product) =>
        (await Stock.GetStockAsync(new GetStockRequest { SiteId = site })).Products.Single(stock => stock.ProductId == product);

    protected async Task<ReceiveStockResponse> ReceiveAsync(
        string site, string product, int units, string lot = "", string expires = "", Timestamp? at = null)
    {
        var request = Receipt(site, product, units, lot, expires);
        request.OccurredAt = at;
        return await Stock.ReceiveStockAsync(request);
    }

    protected static ReceiveStockRequest Receipt(string site, string product, int units, string lot, string expires) => new()
    {
        RequestId = NewId(), SiteId = site, ProductId = product, Units = units, LotNumber = lot, ExpiresOn = expires, Source = "Health department",
    };

    protected static async Task<StatusCode> FailedStatusAsync<T>(Task<T> call) => (await Assert.ThrowsAsync<RpcException>(() => call)).StatusCode;

    protected async Task<(HeldState State, string ReleasingTo)> GetHeldAsync(string site, HeldState state)
    {
        var found = await Encounters.ListHeldEncountersAsync(new ListHeldEncountersRequest { SiteId = site, State = state });
        return found.HeldEncounters.Select(held => (held.State, held.ReleasingToSiteId)).SingleOrDefault();
    }

    protected static DropHeldEncounterRequest Drop(string site, Encounter encounter) => new()
    {
        RequestId = NewId(), SiteId = site, EncounterId = encounter.EncounterId, Reason = "a test",
    };

    protected static ReleaseHeldEncounterRequest Release(string site, Encounter? corrected, string id) => new()
    {
        RequestId = NewId(), SiteId = site, EncounterId = id, Encounter = corrected, Reason = "asked the worker",
    };

    protected static Encounter Encounter(string site, params ReadOnlySpan<(string Product, int Units)> lines)
    {
        var encounter = new Encounter { EncounterId = NewId(), SiteId = site, OccurredAt = MinutesAgo(0) };
        foreach (var (product, units) in lines)
            encounter.HandedOut.Add(new HandedOut { ProductId = product, Units = units });
        return encounter;
    }

    protected static Encounter NumberedEncounter(string site, string device, long number)
    {
        var encounter = Encounter(site, ("test-syringe", 1));
        (encounter.DeviceId, encounter.DeviceSequence) = (device, number);
        return encounter;
    }

    protected static Encounter MovedBack(Encounter encounter, int minutesAgo)
    {
        encounter.OccurredAt = MinutesAgo(minutesAgo);
        return encounter;
    }

    protected static Timestamp MinutesAgo(int minutes) => Timestamp.FromDateTime(DateTime.UtcNow.AddMinutes(-minutes));

    protected static string Day(int daysAgo) =>
        $"{TimeZoneInfo.ConvertTimeFromUtc(DateTime.UtcNow.AddDays(-daysAgo), TimeZoneInfo.FindSystemTimeZoneById("America/New_York")):yyyy-MM-dd}";

    protected static string NewId() => Guid.CreateVersion7().ToString();

    protected static CorrectEncounterRequest Correct(string site, Encounter encounter) => new()
    {
        RequestId = NewId(), SiteId = site, EncounterId = encounter.EncounterId, Encounter = encounter.Clone(), Reason = "miscounted",
    };

    protected static async Task AssertInvalidAsync<T>(Task<T> call, string[] fields)
    {
        var refused = await Assert.ThrowsAsync<RpcException>(() => call);
        Assert.Equal(StatusCode.InvalidArgument, refused.StatusCode);
        var named = refused.GetRpcStatus()!.GetDetail<Google.Rpc.BadRequest>()!.FieldViolations.Select(violation => violation.Field);
        Assert.Equal(fields.Order(StringComparer.Ordinal), named.Order(StringComparer.Ordinal));
    }
}
