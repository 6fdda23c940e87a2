using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using Outreach.Domain.Access;
using Outreach.Protocol.Catalog.V1;
using Outreach.Protocol.Encounters.V1;
using Outreach.Protocol.Sites.V1;
using Outreach.Protocol.Stock.V1;
using Outreach.Server.Access;
using Outreach.Server.Hosting;
using Outreach.Server.Ledger;
using Outreach.Server.Ledger.Upkeep;

namespace Outreach.Server.Tests.Stock;

/// <summary>The whole server in this process, with two products: "test-spray" has lots that expire, "test-syringe" has none.</summary>
public abstract class StockServerFixture : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("outreach-stock-").FullName;
    private WebApplication app = null!;
    private SignedInUser session = null!;
    private GrpcChannel channel = null!;
    private int sites;

    public StockService.StockServiceClient Stock { get; private set; } = null!;

    public EncounterService.EncounterServiceClient Encounters { get; private set; } = null!;

    public CatalogService.CatalogServiceClient Catalog { get; private set; } = null!;

    public SiteService.SiteServiceClient Sites { get; private set; } = null!;

    /// <summary>The grain of a site, to call it without the API.</summary>
    public Server.Encounters.IEncounterGrain GetEncounterGrain(string site) =>
        app.Services.GetRequiredService<IGrainFactory>().GetGrain<Server.Encounters.IEncounterGrain>(site);

    /// <summary>Opens a site's stream to write to it besides its grain, as a second activation of that would.</summary>
    public Task<Journal<Domain.Stock.StockState, Domain.Stock.StockEvent>> OpenSecondActivationAsync(string site) =>
        app.Services.GetRequiredService<ILedger>().OpenAsync(app.Services.GetRequiredService<Server.Stock.StockStreamDefinition>(), site, default);

    /// <summary>The server's clock.</summary>
    public OffsetClock Clock { get; } = new();

    /// <summary>What cuts calls between grains off.</summary>
    public GrainCallInterrupter CallInterrupter { get; } = new();

    public async ValueTask InitializeAsync()
    {
        await StartAsync();
        await Catalog.CreateProductAsync(new CreateProductRequest
        {
            Product = new Product
            {
                ProductId = "test-spray", Name = "Spray", Category = Category.OverdoseReversal, Form = Form.NasalSpray, DosesPerUnit = 2,
                ItemsPerUnit = 2, UnitOfIssue = "box", TracksLots = true, TracksExpiry = true,
            },
        });
        await Catalog.CreateProductAsync(new CreateProductRequest
        {
            Product = new Product
            {
                ProductId = "test-syringe", Name = "Syringe", Category = Category.Syringes, Form = Form.Syringe, ItemsPerUnit = 1, UnitOfIssue = "syringe",
            },
        });
    }

    /// <summary>After all that the tests did, the ledger and its views must agree.</summary>
    public async ValueTask DisposeAsync()
    {
        Assert.Empty(await VerifyAsync());
        await StopAsync();
        Directory.Delete(folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Stops the server and starts another on the same store, with nothing in memory.</summary>
    public async Task RestartAsync()
    {
        await StopAsync();
        await StartAsync();
    }

    /// <summary>What the operator's check finds wrong.</summary>
    public async Task<List<string>> VerifyAsync()
    {
        var found = new List<string>();
        await foreach (var step in app.Services.GetRequiredService<ILedgerUpkeep>().VerifyAsync(default))
        {
            if (step.Finding is { } finding)
                found.Add(finding);
        }

        return found;
    }

    /// <summary>Tells the server that the last day of a lot has passed, as it is told when that is due.</summary>
    public Task WakeAsync(string site, string product, string lot, string lastDay) =>
        WakeAsync(site, "lot-expiry", $"{product}/{lastDay}/{lot}");

    /// <summary>Tells the server that something is due which a site promised.</summary>
    public Task WakeAsync(string site, string kind, string key) =>
        app.Services.GetServices<IPromiseHandler>().Single(keeper => keeper.Category == "stock").HandleAsync(site, kind, key, default);

    /// <summary>What the view of lots says of a lot: "1" where it was noticed that it has expired.</summary>
    public async Task<string?> ReadExpiredFlagAsync(string site, string lot)
    {
        await using var views = await app.Services.GetRequiredService<ILedger>().OpenViewsAsync(default);
        await using var query = views.CreateCommand();
        query.CommandText = $"SELECT expired FROM lots WHERE site_id = '{site}' AND lot_number = '{lot}'";
        return (string?)await query.ExecuteScalarAsync();
    }

    /// <summary>A number that a query of the views gives.</summary>
    public async Task<long> QueryNumberAsync(string sql)
    {
        await using var views = await app.Services.GetRequiredService<ILedger>().OpenViewsAsync(default);
        await using var query = views.CreateCommand();
        query.CommandText = sql;
        return (long)(await query.ExecuteScalarAsync())!;
    }

    /// <summary>Opens a site of a test's own, in New York.</summary>
    public async Task<string> OpenSiteAsync()
    {
        var id = $"site-{Interlocked.Increment(ref sites)}";
        await Sites.CreateSiteAsync(new CreateSiteRequest
        {
            Site = new Site { SiteId = id, Name = id, Kind = SiteKind.Van, TimeZone = "America/New_York" },
        });
        return id;
    }

    /// <summary>Adds a product of a test's own: a syringe, in boxes of ten.</summary>
    public async Task<string> AddProductAsync()
    {
        var id = $"product-{Interlocked.Increment(ref sites)}";
        await Catalog.CreateProductAsync(new CreateProductRequest
        {
            Product = new Product
            {
                ProductId = id, Name = id, Category = Category.Syringes, Form = Form.Syringe, ItemsPerUnit = 10, UnitOfIssue = "box",
            },
        });
        return id;
    }

    /// <summary>Changes a product, and waits until that is what stock is kept by, which is a moment later.</summary>
    public async Task ChangeProductAsync(Product product, string field, Func<Domain.Catalog.Product, bool> isChanged)
    {
        await Catalog.UpdateProductAsync(new UpdateProductRequest { Product = product, UpdateMask = Google.Protobuf.WellKnownTypes.FieldMask.FromString(field) });
        var book = app.Services.GetRequiredService<Outreach.Server.Catalog.IProductCache>();
        await Eventually.AssertAsync(async () => isChanged((await book.FindAsync(product.ProductId, default))!));
    }

    protected abstract Task<string[]> CreateStoreAsync();

    /// <summary>Moves the server's clock, and comes in by it.</summary>
    public async Task MoveClockAsync(Duration ahead)
    {
        Clock.Offset = ahead;
        var (code, _) = await app.Services.GetRequiredService<EnrollmentCodes>().CreateAsync(new PersonId("admin"), Duration.FromHours(1), default);
        await session.EnrollAgainAsync(code.ToDisplayString());
    }

    private async Task StartAsync()
    {
        string[] settings =
        [
            "--applicationName=Outreach.Server", $"--Outreach:DataFolder={folder}", "--Outreach:GrpcPort=0", "--Outreach:WebPort=0", "--Outreach:CallsPerSecond=0", "--Logging:LogLevel:Default=Warning", .. await CreateStoreAsync(),
        ];
        app = OutreachServer.Build(settings, services => services.AddSingleton<IClock>(Clock).AddSingleton<IIncomingGrainCallFilter>(CallInterrupter));
        await app.StartAsync();
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        session = await SignedInUser.GetAdministratorAsync(addresses.First(), settings, app.Services.GetRequiredService<AdministratorBootstrap>().TakeCode());
        channel = session.OpenChannel(addresses.First());
        Stock = new StockService.StockServiceClient(channel);
        Encounters = new EncounterService.EncounterServiceClient(channel);
        Catalog = new CatalogService.CatalogServiceClient(channel);
        Sites = new SiteService.SiteServiceClient(channel);
    }

    private async Task StopAsync()
    {
        channel.Dispose();
        await app.StopAsync();
        await app.DisposeAsync();
    }
}

public sealed class SqliteStockServerFixture : StockServerFixture
{
    protected override Task<string[]> CreateStoreAsync() => Task.FromResult(Array.Empty<string>());
}

public sealed class PostgresStockServerFixture(PostgresFixture postgres) : StockServerFixture
{
    private string? database;

    protected override async Task<string[]> CreateStoreAsync() => [$"--Outreach:Postgres={database ??= await postgres.NewDatabaseAsync()}"];
}

public sealed class SqliteStockTests(SqliteStockServerFixture server) : StockContract(server), IClassFixture<SqliteStockServerFixture>;

public sealed class PostgresStockTests(PostgresStockServerFixture server) : StockContract(server), IClassFixture<PostgresStockServerFixture>;
