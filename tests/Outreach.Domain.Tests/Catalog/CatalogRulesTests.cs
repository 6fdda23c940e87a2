using Outreach.Domain.Catalog;
using Outreach.Domain.Recording;
using static Outreach.Domain.Tests.Catalog.CatalogSamples;

namespace Outreach.Domain.Tests.Catalog;

public class CatalogRulesTests
{
    [Fact]
    public void A_product_is_added()
    {
        var decision = CatalogRules.Add(CatalogState.Empty, Product("nasal"));

        var added = Assert.IsType<CatalogEvent.ProductAdded>(Assert.Single(decision.Facts));
        Assert.Equal(Product("nasal"), added.Product);
        Assert.Null(decision.Refusal);
    }

    [Fact]
    public void A_product_is_never_added_as_retired()
    {
        var decision = CatalogRules.Add(CatalogState.Empty, Product("nasal") with { Retired = true });

        Assert.False(Assert.Single(decision.Facts).Product.Retired);
    }

    [Fact]
    public void Adding_a_product_again_records_nothing()
    {
        AssertNothing(CatalogRules.Add(Given(Added("nasal")), Product("nasal")));
    }

    [Fact]
    public void Adding_a_product_again_records_nothing_after_it_was_changed()
    {
        var state = Given(Added("nasal"), Changed(Product("nasal") with { Name = "Renamed" }));

        AssertNothing(CatalogRules.Add(state, Product("nasal")));
        AssertNothing(CatalogRules.Add(state, Product("nasal") with { Name = "Renamed" }));
    }

    [Fact]
    public void Adding_a_product_again_records_nothing_after_it_was_retired()
    {
        AssertNothing(CatalogRules.Add(Given(Added("nasal"), Retired("nasal")), Product("nasal")));
    }

    [Fact]
    public void Another_product_with_the_same_id_is_refused()
    {
        AssertRefused(RefusalKind.AlreadyExists, "PRODUCT_EXISTS", CatalogRules.Add(Given(Added("nasal")), Product("nasal") with { Strength = "8 mg" }));
    }

    [Fact]
    public void A_product_with_different_packages_is_another_product()
    {
        var other = Product("nasal") with { Packages = [new PackageSize("carton", 24)] };

        AssertRefused(RefusalKind.AlreadyExists, "PRODUCT_EXISTS", CatalogRules.Add(Given(Added("nasal")), other));
    }

    [Fact]
    public void Expiry_without_lots_is_refused()
    {
        AssertRefused(RefusalKind.FailedPrecondition, "EXPIRY_NEEDS_LOTS", CatalogRules.Add(CatalogState.Empty, Product("nasal") with { TracksLots = false }));
    }

    [Fact]
    public void A_code_of_another_product_is_refused_with_the_name_of_that_product()
    {
        var decision = CatalogRules.Add(Given(Added("nasal", Gtin)), Product("other", Gtin));

        AssertRefused(RefusalKind.AlreadyExists, "IDENTIFIER_TAKEN", decision);
        Assert.Contains("'nasal'", decision.Refusal!.Message, StringComparison.Ordinal);
        Assert.Contains(Gtin.Value, decision.Refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_codes_of_a_retired_product_are_free()
    {
        var state = Given(Added("nasal", Gtin), new CatalogEvent.ProductRetired(Product("nasal", Gtin) with { Retired = true }, Start));

        Assert.Single(CatalogRules.Add(state, Product("other", Gtin)).Facts);
    }

    [Fact]
    public void A_code_that_was_taken_off_a_product_is_free()
    {
        var state = Given(Added("nasal", Gtin), Changed(Product("nasal")));

        Assert.Single(CatalogRules.Add(state, Product("other", Gtin)).Facts);
    }

    [Fact]
    public void A_full_catalog_refuses_new_products_but_accepts_repeated_requests()
    {
        var full = Given(Enumerable.Range(0, CatalogRules.MaxProducts).Select(i => Added($"p{i}")));

        AssertRefused(RefusalKind.LimitExceeded, "CATALOGUE_FULL", CatalogRules.Add(full, Product("one-more")));
        AssertNothing(CatalogRules.Add(full, Product("p0")));
    }

    [Fact]
    public void Refusals_to_add_have_the_documented_precedence()
    {
        var full = Given(Enumerable.Range(0, CatalogRules.MaxProducts).Select(i => i == 0 ? Added("p0", Gtin) : Added($"p{i}")));
        var impossible = Product("p1", Gtin) with { TracksLots = false };

        AssertRefused(RefusalKind.AlreadyExists, "PRODUCT_EXISTS", CatalogRules.Add(full, impossible));
        AssertRefused(RefusalKind.FailedPrecondition, "EXPIRY_NEEDS_LOTS", CatalogRules.Add(full, impossible with { Id = new ProductId("new") }));
        AssertRefused(RefusalKind.AlreadyExists, "IDENTIFIER_TAKEN", CatalogRules.Add(full, Product("new", Gtin)));
    }

    [Fact]
    public void A_change_records_the_whole_product_and_when_it_was_added()
    {
        var decision = CatalogRules.Change(Given(Added("nasal")), new ProductId("nasal"), product => product with { Name = "Renamed" }, expectedVersion: 1);

        Assert.Equal([new CatalogEvent.ProductChanged(Product("nasal") with { Name = "Renamed" }, Start + NodaTime.Duration.FromMinutes(1))], decision.Facts);
    }

    [Fact]
    public void A_change_that_changes_nothing_records_nothing_even_with_a_stale_etag()
    {
        var state = Given(Added("nasal"), Changed(Product("nasal") with { Name = "Renamed" }));

        AssertNothing(CatalogRules.Change(state, new ProductId("nasal"), product => product with { Name = "Renamed" }, expectedVersion: 1));
    }

    [Fact]
    public void A_change_after_another_change_has_a_stale_etag()
    {
        var state = Given(Added("nasal"), Changed(Product("nasal") with { Name = "Renamed" }));
        var id = new ProductId("nasal");

        AssertRefused(RefusalKind.Stale, "ETAG_STALE", CatalogRules.Change(state, id, product => product with { Name = "My name" }, expectedVersion: 1));
        Assert.Single(CatalogRules.Change(state, id, product => product with { Name = "My name" }, expectedVersion: 2).Facts);
        Assert.Single(CatalogRules.Change(state, id, product => product with { Name = "My name" }, expectedVersion: null).Facts);
    }

    [Fact]
    public void Changes_of_other_products_do_not_make_an_etag_stale()
    {
        var state = Given(Added("nasal"), Added("strips"), Changed(Product("strips") with { Name = "Renamed" }));

        Assert.Single(CatalogRules.Change(state, new ProductId("nasal"), product => product with { Name = "Mine" }, expectedVersion: 1).Facts);
    }

    [Fact]
    public void Refusals_to_change_have_the_documented_precedence()
    {
        var taken = Given(Added("a", Gtin), Added("b"));
        var retired = Given(Added("a", Gtin), Added("b"), Retired("b"));
        var (b, impossible) = (new ProductId("b"), Product("b", Gtin) with { TracksLots = false });

        AssertRefused(RefusalKind.NotFound, "PRODUCT_UNKNOWN", CatalogRules.Change(CatalogState.Empty, b, _ => impossible, expectedVersion: 9));
        AssertRefused(RefusalKind.Stale, "ETAG_STALE", CatalogRules.Change(retired, b, _ => impossible, expectedVersion: 9));
        AssertRefused(RefusalKind.FailedPrecondition, "PRODUCT_RETIRED", CatalogRules.Change(retired, b, _ => impossible, expectedVersion: null));
        AssertRefused(RefusalKind.FailedPrecondition, "EXPIRY_NEEDS_LOTS", CatalogRules.Change(taken, b, _ => impossible, expectedVersion: 2));
        AssertRefused(RefusalKind.AlreadyExists, "IDENTIFIER_TAKEN", CatalogRules.Change(taken, b, product => product with { Identifiers = [Gtin] }, expectedVersion: 2));
    }

    [Fact]
    public void A_product_keeps_its_own_codes_through_a_change()
    {
        Assert.Single(CatalogRules.Change(Given(Added("a", Gtin)), new ProductId("a"), product => product with { Name = "New" }, null).Facts);
    }

    [Fact]
    public void A_product_is_retired_once()
    {
        var decision = CatalogRules.Retire(Given(Added("nasal")), new ProductId("nasal"), expectedVersion: 1);

        Assert.True(Assert.IsType<CatalogEvent.ProductRetired>(Assert.Single(decision.Facts)).Product.Retired);
        AssertNothing(CatalogRules.Retire(Given([Added("nasal"), .. decision.Facts]), new ProductId("nasal"), expectedVersion: 1));
    }

    [Fact]
    public void Refusals_to_retire_have_the_documented_precedence()
    {
        AssertRefused(RefusalKind.NotFound, "PRODUCT_UNKNOWN", CatalogRules.Retire(CatalogState.Empty, new ProductId("nasal"), expectedVersion: 9));
        AssertRefused(RefusalKind.Stale, "ETAG_STALE", CatalogRules.Retire(Given(Added("nasal")), new ProductId("nasal"), expectedVersion: 9));
    }

    [Fact]
    public void Only_a_catalog_that_never_had_a_product_is_seeded()
    {
        var filled = CatalogRules.Seed(CatalogState.Empty, [Product("a"), Product("b")]).Facts;

        Assert.Equal(["a", "b"], filled.Select(fact => Assert.IsType<CatalogEvent.ProductAdded>(fact).Product.Id.Value));
        AssertNothing(CatalogRules.Seed(Given(filled), [Product("c")]));
        AssertNothing(CatalogRules.Seed(Given(Added("a"), Retired("a")), [Product("b")]));
    }

    private static CatalogEvent.ProductAdded Added(string id, params Identifier[] codes) => new(Product(id, codes));

    private static CatalogEvent.ProductChanged Changed(Product product) => new(product, Start);

    private static CatalogEvent.ProductRetired Retired(string id) => new(Product(id) with { Retired = true }, Start);

    private static void AssertNothing(Decision<CatalogEvent> decision)
    {
        Assert.Null(decision.Refusal);
        Assert.Empty(decision.Facts);
    }

    private static void AssertRefused(RefusalKind kind, string code, Decision<CatalogEvent> decision)
    {
        Assert.Equal((kind, code), (decision.Refusal?.Kind, decision.Refusal?.Code));
        Assert.Empty(decision.Facts);
    }
}
