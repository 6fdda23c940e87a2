using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Outreach.Protocol.Catalog.V1;
using Outreach.Server.Catalog;
using Outreach.Server.Ledger;
using static Outreach.Protocol.Catalog.V1.CatalogService;

namespace Outreach.Server.Tests.Catalog;

/// <summary>What holds of the catalogue on every store, through the real server.</summary>
public abstract class CatalogServiceContract(ServerFixture fixture)
{
    private readonly CatalogServiceClient catalog = new(fixture.Server.Channel);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_new_store_lists_the_default_products_by_id()
    {
        var ids = (await ListAsync(new ListProductsRequest { PageSize = 7, IncludeRetired = true })).Select(product => product.ProductId).ToList();

        Assert.Empty(CatalogSeeder.LoadDefaultProducts().Select(product => product.Id.Value).Except(ids));
        Assert.Equal(ids.Order(StringComparer.Ordinal), ids);
        Assert.Distinct(ids);
    }

    [Fact]
    public async Task A_product_that_was_created_is_read_at_once_and_created_again_without_effect()
    {
        var sent = Strip(NewId());

        var first = await CreateAsync(sent);
        var again = await CreateAsync(sent);
        var read = (await catalog.GetProductAsync(new GetProductRequest { ProductId = sent.ProductId }, cancellationToken: Cancel)).Product;

        Assert.Equal(first, again);
        Assert.Equal(first, read);
        Assert.NotEqual("", first.Etag);
        Assert.Equal(first.CreateTime, first.UpdateTime);
        Assert.Null(first.RetireTime);
        (sent.Etag, sent.CreateTime, sent.UpdateTime) = (first.Etag, first.CreateTime, first.UpdateTime);
        Assert.Equal(sent, first);
    }

    [Fact]
    public async Task A_different_product_with_the_same_id_is_refused()
    {
        var sent = await CreateAsync(Strip(NewId()));
        sent.Name = "Another";

        await RpcAssert.RefusedAsync(StatusCode.AlreadyExists, "PRODUCT_EXISTS", () => CreateAsync(sent));
    }

    [Fact]
    public async Task Concurrent_identical_creations_record_one_fact()
    {
        var sent = Strip(NewId());

        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => CreateAsync(sent)));

        Assert.Single(answers.Distinct());
        Assert.Single(await FactsOfAsync(sent.ProductId));
    }

    [Fact]
    public async Task Of_concurrent_products_with_the_same_code_one_is_created()
    {
        var code = new Identifier { Scheme = IdentifierScheme.Ndc541, Value = $"{Random.Shared.Next(10_000, 99_999)}-{Random.Shared.Next(1000, 9999)}-1" };

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ =>
        {
            var sent = Strip(NewId());
            sent.Identifiers.Add(code);
            try
            {
                await CreateAsync(sent);
                return StatusCode.OK;
            }
            catch (RpcException refused)
            {
                return refused.StatusCode;
            }
        }));

        Assert.Single(answers, StatusCode.OK);
        Assert.Equal(19, answers.Count(status => status == StatusCode.AlreadyExists));
        Assert.Single(await ListAsync(new ListProductsRequest { Identifier = code.Value }));
    }

    [Fact]
    public async Task A_change_is_seen_at_once_and_makes_the_old_etag_stale()
    {
        var before = await CreateAsync(Strip(NewId()));

        var after = await ChangeAsync(before.ProductId, before.Etag, "strength", wanted => wanted.Strength = "10 ng/mL");

        Assert.Equal("10 ng/mL", (await catalog.GetProductAsync(new GetProductRequest { ProductId = before.ProductId }, cancellationToken: Cancel)).Product.Strength);
        Assert.Equal((before.Name, before.CreateTime), (after.Name, after.CreateTime));
        Assert.NotEqual(before.Etag, after.Etag);
        await RpcAssert.RefusedAsync(StatusCode.Aborted, "ETAG_STALE", () => ChangeAsync(before.ProductId, before.Etag, "name", wanted => wanted.Name = "Mine"));
        Assert.Equal(after, await ChangeAsync(before.ProductId, before.Etag, "strength", wanted => wanted.Strength = "10 ng/mL"));
    }

    [Fact]
    public async Task Of_concurrent_changes_with_the_same_etag_one_succeeds()
    {
        var before = await CreateAsync(Strip(NewId()));

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(async i =>
        {
            try
            {
                return (await ChangeAsync(before.ProductId, before.Etag, "name", wanted => wanted.Name = $"Name {i}")).Name;
            }
            catch (RpcException stale) when (stale.StatusCode == StatusCode.Aborted)
            {
                return null;
            }
        }));

        var taken = Assert.Single(answers, answer => answer is not null);
        Assert.Equal(taken, (await catalog.GetProductAsync(new GetProductRequest { ProductId = before.ProductId }, cancellationToken: Cancel)).Product.Name);
    }

    [Fact]
    public async Task A_product_is_retired_once_leaves_the_list_and_is_still_read()
    {
        var before = await CreateAsync(Strip(NewId()));

        var retired = (await catalog.RetireProductAsync(new RetireProductRequest { ProductId = before.ProductId }, cancellationToken: Cancel)).Product;
        var again = (await catalog.RetireProductAsync(new RetireProductRequest { ProductId = before.ProductId, Etag = before.Etag }, cancellationToken: Cancel)).Product;

        Assert.NotNull(retired.RetireTime);
        Assert.Equal(retired, again);
        Assert.Equal(retired, (await catalog.GetProductAsync(new GetProductRequest { ProductId = before.ProductId }, cancellationToken: Cancel)).Product);
        Assert.DoesNotContain(await ListAsync(new ListProductsRequest()), product => product.ProductId == before.ProductId);
        Assert.Contains(await ListAsync(new ListProductsRequest { IncludeRetired = true }), product => product.Equals(retired));
        await RpcAssert.RefusedAsync(StatusCode.FailedPrecondition, "PRODUCT_RETIRED", () => ChangeAsync(before.ProductId, "", "name", wanted => wanted.Name = "X"));
    }

    [Fact]
    public async Task An_unknown_product_is_not_found()
    {
        var id = NewId();

        await RpcAssert.RefusedAsync(StatusCode.NotFound, "PRODUCT_UNKNOWN", async () => await catalog.GetProductAsync(new GetProductRequest { ProductId = id }, cancellationToken: Cancel));
        await RpcAssert.RefusedAsync(StatusCode.NotFound, "PRODUCT_UNKNOWN", async () => await catalog.RetireProductAsync(new RetireProductRequest { ProductId = id }, cancellationToken: Cancel));
        await RpcAssert.RefusedAsync(StatusCode.NotFound, "PRODUCT_UNKNOWN", () => ChangeAsync(id, "", "name", wanted => wanted.Name = "X"));
    }

    [Fact]
    public async Task A_malformed_request_names_every_field()
    {
        await RpcAssert.InvalidAsync(
            ["product.product_id", "product.name", "product.category", "product.form", "product.unit_of_issue"],
            () => CreateAsync(new Product()));
    }

    [Fact]
    public async Task A_category_is_listed_alone_and_a_token_is_good_for_its_own_list_only()
    {
        var page = await catalog.ListProductsAsync(new ListProductsRequest { Category = Category.Syringes, PageSize = 2 }, cancellationToken: Cancel);

        Assert.Equal(2, page.Products.Count);
        Assert.All(await ListAsync(new ListProductsRequest { Category = Category.Syringes, PageSize = 2 }), product => Assert.Equal(Category.Syringes, product.Category));
        await RpcAssert.InvalidAsync(
            ["page_token"],
            async () => await catalog.ListProductsAsync(new ListProductsRequest { PageToken = page.NextPageToken }, cancellationToken: Cancel));
    }

    [Fact]
    public async Task A_product_is_found_only_by_its_own_code()
    {
        var sent = Strip(NewId());
        sent.Identifiers.Add(new Identifier { Scheme = IdentifierScheme.Gtin, Value = NewGtin() });
        sent.Name = "Says \"value\":\"00012345600012\" in its name";
        await CreateAsync(sent);

        Assert.Equal(sent.ProductId, Assert.Single(await ListAsync(new ListProductsRequest { Identifier = sent.Identifiers[0].Value })).ProductId);
        Assert.Empty(await ListAsync(new ListProductsRequest { Identifier = "00012345600012" }));
    }

    [Fact]
    public async Task The_cache_has_new_products_at_once_and_changes_soon()
    {
        var cache = fixture.Server.GetService<IProductCache>();
        var sent = await CreateAsync(Strip(NewId()));

        Assert.Equal(sent.Name, (await cache.FindAsync(sent.ProductId, Cancel))!.Name);
        await ChangeAsync(sent.ProductId, "", "name", wanted => wanted.Name = "Renamed");
        await Eventually.AssertAsync(async () => (await cache.FindAsync(sent.ProductId, Cancel))!.Name == "Renamed");
        await catalog.RetireProductAsync(new RetireProductRequest { ProductId = sent.ProductId }, cancellationToken: Cancel);
        await Eventually.AssertAsync(async () => (await cache.FindAsync(sent.ProductId, Cancel))!.Retired);
        Assert.Null(await cache.FindAsync(NewId(), Cancel));
        Assert.Null(await cache.FindAsync("no\0id", Cancel));
    }

    [Fact]
    public async Task The_list_equals_a_replay_of_the_facts()
    {
        var (changed, retired) = (await CreateAsync(Strip(NewId())), await CreateAsync(Strip(NewId())));
        await ChangeAsync(changed.ProductId, changed.Etag, "name", wanted => wanted.Name = "Renamed");
        await catalog.RetireProductAsync(new RetireProductRequest { ProductId = retired.ProductId }, cancellationToken: Cancel);

        await UpkeepAssert.EqualsReplayAsync(fixture.Server.Channel, () => ListAsync(new ListProductsRequest { IncludeRetired = true }), Cancel);
    }

    private async Task<Product> CreateAsync(Product product) =>
        (await catalog.CreateProductAsync(new CreateProductRequest { Product = product }, cancellationToken: Cancel)).Product;

    private async Task<Product> ChangeAsync(string id, string etag, string path, Action<Product> change)
    {
        var wanted = new Product { ProductId = id, Etag = etag };
        change(wanted);
        var request = new UpdateProductRequest { Product = wanted, UpdateMask = FieldMask.FromString(path) };
        return (await catalog.UpdateProductAsync(request, cancellationToken: Cancel)).Product;
    }

    private async Task<List<Product>> ListAsync(ListProductsRequest request)
    {
        var all = new List<Product>();
        do
        {
            var page = await catalog.ListProductsAsync(request, cancellationToken: Cancel);
            all.AddRange(page.Products);
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        return all;
    }

    private async Task<List<Domain.Catalog.CatalogEvent>> FactsOfAsync(string id) =>
        await fixture.Server.GetService<ILedger>().ReadAsync(CatalogStreamDefinition.Instance, CatalogStreamDefinition.StreamId, 1, long.MaxValue, Cancel)
            .Select(recorded => recorded.Fact)
            .Where(fact => fact.Product.Id.Value == id)
            .ToListAsync(Cancel);

    private static string NewId() => $"test-{Guid.NewGuid():N}";

    private static string NewGtin()
    {
        var body = Random.Shared.NextInt64(1_000_000_000_000, 9_999_999_999_999).ToString("D13");
        return Enumerable.Range(0, 10).Select(check => $"{body}{check}").Single(gtin => Domain.Catalog.Identifier.IsValid(Domain.Catalog.IdentifierScheme.Gtin, gtin));
    }

    private static Product Strip(string id) => new()
    {
        ProductId = id,
        Name = "Test strip",
        Category = Category.DrugChecking,
        Form = Form.TestStrip,
        Strength = "20 ng/mL",
        ItemsPerUnit = 10,
        UnitOfIssue = "bag",
        Packages = { new PackageSize { Name = "box", Units = 10 } },
        TracksLots = true,
        TracksExpiry = true,
    };
}

public sealed class CatalogOnSqliteTests(SqliteServerFixture server) : CatalogServiceContract(server), IClassFixture<SqliteServerFixture>;

public sealed class CatalogOnPostgresTests(PostgresServerFixture server) : CatalogServiceContract(server), IClassFixture<PostgresServerFixture>;
