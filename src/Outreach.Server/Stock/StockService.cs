using Grpc.Core;
using NodaTime;
using Outreach.Domain;
using Outreach.Domain.Sites;
using Outreach.Domain.Stock;
using Outreach.Protocol.Stock.V1;
using Outreach.Server.Access;
using Outreach.Server.Catalog;
using Outreach.Server.Ledger;
using Outreach.Server.Rpc;
using Outreach.Server.Sites;
using Role = Outreach.Domain.Access.Role;

namespace Outreach.Server.Stock;

/// <summary>Stock over gRPC. Writes go to the site's grain; reads go to the views.</summary>
internal sealed class StockService(
    StockKeepers keepers,
    ILedger ledger,
    StockFamily family,
    StockWatches watches,
    ISiteBook sites,
    IProductBook products,
    IClock clock) : Protocol.Stock.V1.StockService.StockServiceBase
{
    [Allow(Reach.Site, Role.SiteCoordinator, Sites = ["site_id"])]
    public override async Task<ReceiveStockResponse> ReceiveStock(ReceiveStockRequest request, ServerCallContext context)
    {
        var product = ChosenId.IsValid(request.ProductId) ? await products.FindAsync(request.ProductId, context.CancellationToken) : null;
        var receipt = StockWire.Read(request, product, context.Actor(), clock.GetCurrentInstant(), out var unfit);
        var shelved = await Answers.AskAsync(() => unfit.Any ? ReceivedBeforeAsync(request.SiteId, receipt, unfit) : keepers.Of(request.SiteId).ReceiveAsync(receipt));
        return new ReceiveStockResponse { Version = shelved.Version, Stock = await ShowAsync(request.SiteId, request.ProductId, shelved) };
    }

    [Allow(Reach.Site, Role.SiteCoordinator, Sites = ["site_id"])]
    public override async Task<SettleShortfallResponse> SettleShortfall(SettleShortfallRequest request, ServerCallContext context)
    {
        var settlement = StockWire.Read(request, context.Actor());
        var shelved = await Answers.AskAsync(() => keepers.Of(request.SiteId).SettleAsync(settlement));
        return new SettleShortfallResponse { Version = shelved.Version, Stock = await ShowAsync(request.SiteId, request.ProductId, shelved) };
    }

    [Allow(Reach.Site, Role.OutreachWorker, Role.SiteCoordinator, Role.Director, Sites = ["site_id"])]
    public override async Task<GetStockResponse> GetStock(GetStockRequest request, ServerCallContext context)
    {
        var wrong = new Violations();
        StockWire.CheckChosen("site_id", request.SiteId, wrong);
        var asOf = Moments.Read("as_of", request.AsOf, wrong);
        wrong.ThrowIfAny();
        var day = await DayAsync(request.SiteId, asOf ?? clock.GetCurrentInstant(), context.CancellationToken);
        var shown = await ShelfView.ReadAsync(ledger, family, request.SiteId, asOf, context.CancellationToken);
        var response = new GetStockResponse { Version = shown.Version };
        foreach (var (product, shelf) in shown.Shelves)
            response.Products.Add(StockWriter.Product(product, shelf, day));
        return response;
    }

    [Allow(Reach.Site, Role.OutreachWorker, Role.SiteCoordinator, Role.Director, Sites = ["site_id"])]
    public override Task<ListMovementsResponse> ListMovements(ListMovementsRequest request, ServerCallContext context) =>
        MovementView.ListAsync(ledger, family, MovementsAsked.Read(request), context.CancellationToken);

    [Allow(Reach.Site, Role.OutreachWorker, Role.SiteCoordinator, Role.Director, Sites = ["site_id"])]
    public override async Task WatchStock(
        WatchStockRequest request, IServerStreamWriter<WatchStockResponse> responseStream, ServerCallContext context)
    {
        var wrong = new Violations();
        StockWire.CheckChosen("site_id", request.SiteId, wrong);
        if (request.AfterVersion < 0)
            wrong.Add("after_version", $"is from 0; this is {request.AfterVersion}.");
        wrong.ThrowIfAny();
        await DayAsync(request.SiteId, clock.GetCurrentInstant(), context.CancellationToken);
        await foreach (var response in watches.WatchAsync(request.SiteId, request.AfterVersion, context.CancellationToken))
            await responseStream.WriteAsync(response, context.CancellationToken);
    }

    /// <summary>What is answered to a receipt that does not fit its product as it is now, but perhaps did when it was first asked for.</summary>
    private async Task<Outcome<Shelved>> ReceivedBeforeAsync(string site, Receipt receipt, Violations unfit)
    {
        var before = await keepers.Of(site).ReceivedBeforeAsync(receipt.RequestId, receipt.Content);
        return before.Refusal is { Kind: RefusalKind.NotFound } ? throw new InvalidRequestException(unfit.Found) : before;
    }

    private async Task<ProductStock> ShowAsync(string site, string product, Shelved shelved) =>
        StockWriter.Product(product, shelved.After, await DayAsync(site, shelved.RecordedAt, default));

    /// <summary>The day in a site's time zone. NOT_FOUND for a site that is unknown.</summary>
    private async ValueTask<LocalDate> DayAsync(string site, Instant moment, CancellationToken cancel) =>
        await sites.FindAsync(site, cancel) is { } known
            ? moment.InZone(DateTimeZoneProviders.Tzdb[known.TimeZone]).Date
            : throw new RefusedException(SiteRules.Unknown(new SiteId(site)));
}
