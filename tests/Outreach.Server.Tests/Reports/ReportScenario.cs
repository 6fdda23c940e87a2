using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Outreach.Protocol.Catalog.V1;
using Outreach.Protocol.Encounters.V1;
using Outreach.Protocol.Reports.V1;
using Outreach.Protocol.Sites.V1;
using Outreach.Protocol.Stock.V1;

namespace Outreach.Server.Tests.Reports;

/// <summary>A program at work, through the API: each test opens sites of its own and asks about those.</summary>
internal sealed class ReportScenario(ChannelBase channel)
{
    /// <summary>Two devices, two doses a unit, with lots that expire.</summary>
    public const string Spray = "naloxone-nasal-4mg";

    /// <summary>One piece a unit.</summary>
    public const string Syringe = "syringe";

    private readonly StockService.StockServiceClient stock = new(channel);
    private readonly EncounterService.EncounterServiceClient encounters = new(channel);
    private readonly OverviewService.OverviewServiceClient overviews = new(channel);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static string NewId() => Guid.CreateVersion7().ToString();

    /// <summary>Opens a site.</summary>
    public async Task<string> OpenSiteAsync(string timeZone = "America/New_York")
    {
        var site = new Site { SiteId = NewId(), Name = "Van", Kind = SiteKind.Van, TimeZone = timeZone };
        await new SiteService.SiteServiceClient(channel).CreateSiteAsync(new CreateSiteRequest { Site = site }, cancellationToken: Cancel);
        return site.SiteId;
    }

    /// <summary>Adds a product that comes in packs of 10 pieces.</summary>
    public async Task<string> AddPackAsync(Category category)
    {
        var product = new Product { ProductId = NewId(), Name = "Pack", Category = category, Form = Form.Item, ItemsPerUnit = 10, UnitOfIssue = "pack" };
        await new CatalogService.CatalogServiceClient(channel).CreateProductAsync(new CreateProductRequest { Product = product }, cancellationToken: Cancel);
        return product.ProductId;
    }

    /// <summary>Puts a product in another category.</summary>
    public async Task ChangeCategoryAsync(string product, Category category) =>
        await new CatalogService.CatalogServiceClient(channel).UpdateProductAsync(
            new UpdateProductRequest { Product = new Product { ProductId = product, Category = category }, UpdateMask = FieldMask.FromString("category") },
            cancellationToken: Cancel);

    /// <summary>An encounter at a moment, as "2026-03-10T05:30:00Z".</summary>
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

    /// <summary>Logs it; it is recorded or held.</summary>
    public async Task<Encounter> LogAsync(Encounter encounter)
    {
        await encounters.LogEncounterAsync(new LogEncounterRequest { Encounter = encounter }, cancellationToken: Cancel);
        return encounter;
    }

    /// <inheritdoc cref="LogAsync(Outreach.Protocol.Encounters.V1.Encounter)"/>
    public Task<Encounter> LogAsync(string site, string at, params ReadOnlySpan<(string Product, int Units)> lines) => LogAsync(Encounter(site, at, lines));

    /// <summary>Says what an encounter should have said.</summary>
    public async Task CorrectAsync(Encounter encounter, Encounter after) => await encounters.CorrectEncounterAsync(
        new CorrectEncounterRequest
        {
            RequestId = NewId(), SiteId = encounter.SiteId, EncounterId = encounter.EncounterId, Encounter = after, Reason = "miscounted",
        },
        cancellationToken: Cancel);

    /// <summary>Says that an encounter never was.</summary>
    public async Task VoidAsync(Encounter encounter) => await encounters.VoidEncounterAsync(
        new VoidEncounterRequest { RequestId = NewId(), SiteId = encounter.SiteId, EncounterId = encounter.EncounterId, Reason = "twice" },
        cancellationToken: Cancel);

    /// <summary>Brings units in.</summary>
    public async Task ReceiveAsync(string site, string product, int units, string lot = "", string expiresOn = "") => await stock.ReceiveStockAsync(
        new ReceiveStockRequest
        {
            RequestId = NewId(), SiteId = site, ProductId = product, Units = units, LotNumber = lot, ExpiresOn = expiresOn, Source = "Health department",
            OccurredAt = Timestamp.FromDateTimeOffset(DateTimeOffset.UnixEpoch.AddYears(50)),
        },
        cancellationToken: Cancel);

    /// <summary>The figures.</summary>
    public async Task<Overview> GetOverviewAsync(OverviewQuery query) =>
        (await overviews.GetOverviewAsync(new GetOverviewRequest { Query = query }, cancellationToken: Cancel)).Overview;

    /// <summary>A watch.</summary>
    public OverviewStream Watch(OverviewQuery query, string after = "") =>
        new(overviews.WatchOverview(new WatchOverviewRequest { Query = query, AfterPosition = after }, cancellationToken: Cancel));
}

/// <summary>A stream of an overview.</summary>
internal sealed class OverviewStream(AsyncServerStreamingCall<WatchOverviewResponse> call) : IDisposable
{
    private static readonly TimeSpan NextTimeout = TimeSpan.FromSeconds(90);

    /// <summary>What comes next.</summary>
    public async Task<WatchOverviewResponse> NextAsync()
    {
        Assert.True(await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken).WaitAsync(NextTimeout, TestContext.Current.CancellationToken));
        return call.ResponseStream.Current;
    }

    public void Dispose() => call.Dispose();
}
