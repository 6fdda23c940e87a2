using Google.Protobuf.WellKnownTypes;
using Grpc.Net.Client;
using Outreach.Protocol.Catalog.V1;
using Outreach.Protocol.Sites.V1;
using Outreach.Protocol.Encounters.V1;
using Outreach.Protocol.Stock.V1;

namespace Outreach.Tool.Bench;

/// <summary>
/// The sites and products of the bench. Each site stocks five products in lots that grow in size and expire later, so that
/// first-expired-first-out allocation moves from lot to lot during a load.
/// </summary>
internal sealed record BenchDataSet(IReadOnlyList<string> SiteIds)
{
    /// <summary>The number of encounter variants, which have two lines on average.</summary>
    public const int Variants = 366;

    private const string NasalSpray = "bench-nasal-spray";
    private const string Vial = "bench-vial";
    private const string TestStrips = "bench-test-strips";
    private const string Syringes = "bench-syringes";
    private const string Cookers = "bench-cookers";

    /// <summary>The units received by all sites together.</summary>
    public long UnitsReceived => SiteIds.Count * Products().Sum(product => Lots(product.TracksLots).Sum(lot => (long)lot.Units));

    /// <summary>Creates a data set with a number of sites.</summary>
    public static BenchDataSet WithSites(int sites, string prefix = "bench-site") =>
        new([.. Enumerable.Range(1, sites).Select(i => $"{prefix}-{i}")]);

    /// <summary>
    /// Creates an encounter of a variant, without ids and time. It has one to three lines. Every third has returned syringes,
    /// every fifth a service and every twentieth an overdose report.
    /// </summary>
    public static Encounter Encounter(int variant)
    {
        var encounter = new Encounter
        {
            LocationType = (LocationType)(1 + (variant % 15)),
            OnBehalfOf = (OnBehalfOf)(1 + (variant % 3)),
            HandedOut = { Lines(variant) },
        };
        if (variant % 3 == 0)
            encounter.SyringesReturned = new SyringesReturned { Count = 1 + (variant % 40) };
        if (variant % 5 == 0)
            encounter.Services.Add(Service.Education);
        if (variant % 20 == 0)
            encounter.OverdoseReport = new OverdoseReport { OverdosesSeen = 1, Reversals = 1, DosesUsed = 2, RescueBreathing = Answer.Yes };
        return encounter;
    }

    /// <summary>Creates the products, sites and receipts.</summary>
    /// <param name="channel">A channel to the server.</param>
    /// <param name="isNaive">True for the naive server, which has receipts but no products or sites.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    public async Task SetUpAsync(GrpcChannel channel, bool isNaive, CancellationToken cancellation)
    {
        if (!isNaive)
        {
            await CreateProductsAsync(new CatalogService.CatalogServiceClient(channel), cancellation);
            await CreateSitesAsync(new SiteService.SiteServiceClient(channel), cancellation);
        }

        var stock = new StockService.StockServiceClient(channel);
        await ForEachSiteAsync((site, token) => ReceiveAsync(stock, site, token), cancellation);
    }

    private static IEnumerable<HandedOut> Lines(int variant)
    {
        string[] products = [NasalSpray, Syringes, TestStrips, Cookers, Vial];
        var lines = 1 + (variant % 3);
        for (var line = 0; line < lines; line++)
            yield return new HandedOut { ProductId = products[(variant + (line * 2)) % products.Length], Units = 1 + ((variant + line) % 4) };
    }

    private static async Task CreateProductsAsync(CatalogService.CatalogServiceClient catalog, CancellationToken cancellation)
    {
        foreach (var product in Products())
            await catalog.CreateProductAsync(new CreateProductRequest { Product = product }, cancellationToken: cancellation);
    }

    private static IEnumerable<Product> Products() =>
    [
        CreateProduct(NasalSpray, "Naloxone nasal spray", Category.OverdoseReversal, Form.NasalSpray, doses: 2, items: 1, tracksLots: true),
        CreateProduct(Vial, "Naloxone vial", Category.OverdoseReversal, Form.Vial, doses: 1, items: 1, tracksLots: true),
        CreateProduct(TestStrips, "Test strips", Category.DrugChecking, Form.TestStrip, doses: 0, items: 5, tracksLots: true),
        CreateProduct(Syringes, "Syringes, bag of ten", Category.Syringes, Form.Syringe, doses: 0, items: 10, tracksLots: false),
        CreateProduct(Cookers, "Cookers", Category.SaferInjecting, Form.Item, doses: 0, items: 1, tracksLots: false),
    ];

    private static Product CreateProduct(string id, string name, Category category, Form form, int doses, int items, bool tracksLots) => new()
    {
        ProductId = id,
        Name = name,
        Category = category,
        Form = form,
        DosesPerUnit = doses,
        ItemsPerUnit = items,
        UnitOfIssue = "each",
        TracksLots = tracksLots,
        TracksExpiry = tracksLots,
    };

    private Task CreateSitesAsync(SiteService.SiteServiceClient sites, CancellationToken cancellation) => ForEachSiteAsync(
        async (site, token) => await sites.CreateSiteAsync(
            new CreateSiteRequest
            {
                Site = new Site { SiteId = site, Name = site, Kind = SiteKind.Van, TimeZone = "America/New_York" },
            },
            cancellationToken: token),
        cancellation);

    private Task ForEachSiteAsync(Func<string, CancellationToken, Task> action, CancellationToken cancellation) => Parallel.ForEachAsync(
        SiteIds,
        new ParallelOptions { MaxDegreeOfParallelism = 32, CancellationToken = cancellation },
        async (site, token) => await action(site, token));

    private static async Task ReceiveAsync(StockService.StockServiceClient stock, string site, CancellationToken cancellation)
    {
        foreach (var product in Products())
        {
            foreach (var (lot, units) in Lots(product.TracksLots))
                await stock.ReceiveStockAsync(CreateReceipt(site, product, lot, units), cancellationToken: cancellation);
        }
    }

    private static (int Lot, int Units)[] Lots(bool tracked) =>
        tracked ? [(1, 500), (2, 5_000), (3, 1_000_000), (4, 1_000_000)] : [(0, 1_000_000), (0, 1_000_000)];

    private static ReceiveStockRequest CreateReceipt(string site, Product product, int lot, int units) => new()
    {
        RequestId = Guid.CreateVersion7().ToString(),
        SiteId = site,
        ProductId = product.ProductId,
        LotNumber = lot == 0 ? "" : $"L{lot}",
        ExpiresOn = lot == 0 ? "" : DateTime.UtcNow.AddDays(200 * lot).ToString("yyyy-MM-dd"),
        Units = units,
        Source = "bench",
        // Two years ago, so that encounters of the past year find stock.
        OccurredAt = Timestamp.FromDateTime(DateTime.UtcNow.AddYears(-2)),
    };
}
