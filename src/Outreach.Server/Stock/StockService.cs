using Grpc.Core;
using NodaTime;
using Outreach.Domain;
using Outreach.Domain.Recording;
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
    IGrainFactory grains,
    ILedger ledger,
    StockStreamDefinition definition,
    StockHub watches,
    ISiteCache sites,
    IProductCache products,
    IClock clock) : Protocol.Stock.V1.StockService.StockServiceBase
{
    [Allow(Reach.Site, Role.SiteCoordinator, SitePaths = ["site_id"])]
    public override async Task<ReceiveStockResponse> ReceiveStock(ReceiveStockRequest request, ServerCallContext context)
    {
        var product = Slug.IsValid(request.ProductId) ? await products.FindAsync(request.ProductId, context.CancellationToken) : null;
        var receipt = StockWire.Parse(request, product, context.GetActor(), clock.GetCurrentInstant(), out var unfit);
        var result = await GrainCalls.CallAsync(() => unfit.Any ? FindReceiptAsync(request.SiteId, receipt, unfit) : grains.GetGrain<IStockGrain>(request.SiteId).ReceiveAsync(receipt));
        return new ReceiveStockResponse { Version = result.Version, Stock = await ToWireAsync(request.SiteId, request.ProductId, result) };
    }

    [Allow(Reach.Site, Role.SiteCoordinator, SitePaths = ["site_id"])]
    public override async Task<SettleShortfallResponse> SettleShortfall(SettleShortfallRequest request, ServerCallContext context)
    {
        var settlement = StockWire.Parse(request, context.GetActor());
        var result = await GrainCalls.CallAsync(() => grains.GetGrain<IStockGrain>(request.SiteId).SettleAsync(settlement));
        return new SettleShortfallResponse { Version = result.Version, Stock = await ToWireAsync(request.SiteId, request.ProductId, result) };
    }

    [Allow(Reach.Site, Role.OutreachWorker, Role.SiteCoordinator, Role.Director, SitePaths = ["site_id"])]
    public override async Task<GetStockResponse> GetStock(GetStockRequest request, ServerCallContext context)
    {
        var violations = new Violations();
        FieldParser.ParseId(request.SiteId, "site_id", violations);
        var asOf = FieldParser.ParseOptionalInstant(request.AsOf, "as_of", violations);
        violations.ThrowIfAny();
        var day = await GetSiteDayAsync(request.SiteId, asOf ?? clock.GetCurrentInstant(), context.CancellationToken);
        var levels = await ShelfQueries.ReadAsync(ledger, definition, request.SiteId, asOf, context.CancellationToken);
        var response = new GetStockResponse { Version = levels.Version };
        foreach (var (product, shelf) in levels.Shelves)
            response.Products.Add(StockWire.ToWire(product, shelf, day));
        return response;
    }

    [Allow(Reach.Site, Role.OutreachWorker, Role.SiteCoordinator, Role.Director, SitePaths = ["site_id"])]
    public override Task<ListMovementsResponse> ListMovements(ListMovementsRequest request, ServerCallContext context) =>
        MovementQueries.ListAsync(ledger, definition, MovementFilter.Parse(request), context.CancellationToken);

    [Allow(Reach.Site, Role.OutreachWorker, Role.SiteCoordinator, Role.Director, SitePaths = ["site_id"])]
    public override async Task WatchStock(
        WatchStockRequest request, IServerStreamWriter<WatchStockResponse> responseStream, ServerCallContext context)
    {
        var violations = new Violations();
        FieldParser.ParseId(request.SiteId, "site_id", violations);
        if (request.AfterVersion < 0)
            violations.Add("after_version", $"must be at least 0; this is {request.AfterVersion}.");
        violations.ThrowIfAny();
        await GetSiteDayAsync(request.SiteId, clock.GetCurrentInstant(), context.CancellationToken);
        await foreach (var response in watches.WatchAsync(request.SiteId, request.AfterVersion, context.CancellationToken))
            await responseStream.WriteAsync(response, context.CancellationToken);
    }

    /// <summary>Answers a receipt that does not match the current settings of its product, but may be a repeated request that did.</summary>
    private async Task<Result<ReceiptResult>> FindReceiptAsync(string site, Receipt receipt, Violations unfit)
    {
        var before = await grains.GetGrain<IStockGrain>(site).FindReceiptAsync(receipt.RequestId, receipt.Content);
        return before.Refusal is { Kind: RefusalKind.NotFound } ? throw new InvalidRequestException(unfit.Found) : before;
    }

    private async Task<ProductStock> ToWireAsync(string site, string product, ReceiptResult result) =>
        StockWire.ToWire(product, result.After, await GetSiteDayAsync(site, result.RecordedAt, default));

    /// <summary>The day in a site's time zone. NOT_FOUND for an unknown site.</summary>
    private async ValueTask<LocalDate> GetSiteDayAsync(string site, Instant moment, CancellationToken cancel) =>
        await sites.FindAsync(site, cancel) is { } settings
            ? moment.InZone(DateTimeZoneProviders.Tzdb[settings.TimeZone]).Date
            : throw new RefusedException(SiteRules.Unknown(new SiteId(site)));
}
