using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Outreach.Protocol.Catalog.V1;
using Outreach.Protocol.Encounters.V1;
using Outreach.Protocol.Reports.V1;
using Outreach.Protocol.Sites.V1;
using Outreach.Protocol.Stock.V1;

namespace Outreach.Server.Tests.Reports;

/// <summary>Creates sites and records through the API. Each test creates its own sites and queries those.</summary>
internal sealed class ReportScenario(ChannelBase channel)
{
    /// <summary>A product with two doses per unit and lots that expire.</summary>
    public const string Spray = "naloxone-nasal-4mg";

    /// <summary>A product with one item per unit.</summary>
    public const string Syringe = "syringe";

    private readonly StockService.StockServiceClient stock = new(channel);
    private readonly EncounterService.EncounterServiceClient encounters = new(channel);
    private readonly OverviewService.OverviewServiceClient overviews = new(channel);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static string NewId() => Guid.CreateVersion7().ToString();

    public async Task<string> OpenSiteAsync(string timeZone = "America/New_York")
    {
        var site = new Site { SiteId = NewId(), Name = "Van", Kind = SiteKind.Van, TimeZone = timeZone };
        await new SiteService.SiteServiceClient(channel).CreateSiteAsync(new CreateSiteRequest { Site = site }, cancellationToken: Cancel);
        return site.SiteId;
    }

    /// <summary>Adds a product with 10 items per unit.</summary>
    public async Task<string> AddPackAsync(Category category)
    {
        var product = new Product { ProductId = NewId(), Name = "Pack", Category = category, Form = Form.Item, ItemsPerUnit = 10, UnitOfIssue = "pack" };
        await new CatalogService.CatalogServiceClient(channel).CreateProductAsync(new CreateProductRequest { Product = product }, cancellationToken: Cancel);
        return product.ProductId;
    }

    public async Task ChangeCategoryAsync(string product, Category category) =>
        await new CatalogService.CatalogServiceClient(channel).UpdateProductAsync(
            new UpdateProductRequest { Product = new Product { ProductId = product, Category = category }, UpdateMask = FieldMask.FromString("category") },
            cancellationToken: Cancel);

    /// <summary>Creates an encounter that occurred at a time such as "2026-03-10T05:30:00Z".</summary>
    public static Encounter Encounter(string site, string at, params ReadOnlySpan<(string Product, int Units)> lines)
    {
        var encounter = new Encounter
        {
            EncounterId = NewId(), SiteId = site, OccurredAt = Timestamp.FromDateTimeOffset(DateTimeOffset.Parse(at, System.Globalization.CultureInfo.InvariantCulture)),
        };
        foreach (var (product, units) in lines)
            encounter.HandedOut.Add(new HandedOut { ProductId = product, Units = units });
        return encounter;
    }

    /// <summary>Logs an encounter, which is then recorded or held.</summary>
    public async Task<Encounter> LogAsync(Encounter encounter)
    {
        await encounters.LogEncounterAsync(new LogEncounterRequest { Encounter = encounter }, cancellationToken: Cancel);
        return encounter;
    }

    /// <inheritdoc cref="LogAsync(Outreach.Protocol.Encounters.V1.Encounter)"/>
    public Task<Encounter> LogAsync(string site, string at, params ReadOnlySpan<(string Product, int Units)> lines) => LogAsync(Encounter(site, at, lines));

    public async Task CorrectAsync(Encounter encounter, Encounter corrected) => await encounters.CorrectEncounterAsync(
        new CorrectEncounterRequest
        {
            RequestId = NewId(), SiteId = encounter.SiteId, EncounterId = encounter.EncounterId, Encounter = corrected, Reason = "miscounted",
        },
        cancellationToken: Cancel);

    public async Task VoidAsync(Encounter encounter) => await encounters.VoidEncounterAsync(
        new VoidEncounterRequest { RequestId = NewId(), SiteId = encounter.SiteId, EncounterId = encounter.EncounterId, Reason = "twice" },
        cancellationToken: Cancel);

    public async Task ReceiveAsync(string site, string product, int units, string lot = "", string expiresOn = "") => await stock.ReceiveStockAsync(
        new ReceiveStockRequest
        {
            RequestId = NewId(), SiteId = site, ProductId = product, Units = units, LotNumber = lot, ExpiresOn = expiresOn, Source = "Health department",
            OccurredAt = Timestamp.FromDateTimeOffset(DateTimeOffset.UnixEpoch.AddYears(50)),
        },
        cancellationToken: Cancel);

    public async Task<Overview> GetOverviewAsync(OverviewQuery query) =>
        (await overviews.GetOverviewAsync(new GetOverviewRequest { Query = query }, cancellationToken: Cancel)).Overview;

    public OverviewStream Watch(OverviewQuery query, string after = "") =>
        new(overviews.WatchOverview(new WatchOverviewRequest { Query = query, AfterPosition = after }, cancellationToken: Cancel));
}
