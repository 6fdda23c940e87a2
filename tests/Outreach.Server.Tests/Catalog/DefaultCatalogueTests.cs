using Outreach.Domain.Recording.Settings;
using Outreach.Protocol.Catalog.V1;
using Outreach.Server.Catalog;
using Category = Outreach.Domain.Catalog.Category;
using Product = Outreach.Domain.Catalog.Product;

namespace Outreach.Server.Tests.Catalog;

public class DefaultCatalogueTests
{
    private static readonly Product[] Products = CatalogSeeder.LoadDefaultProducts();

    [Fact]
    public void Every_product_could_have_been_created_through_the_API_as_it_is()
    {
        foreach (var product in Products)
        {
            var sent = CatalogWire.ToWire(new Versioned<Product>(product, 1, default, default));
            Assert.Equal(product, CatalogWire.Parse(new CreateProductRequest { Product = sent }));
        }
    }

    [Fact]
    public void Ids_are_unique_and_no_product_has_a_code()
    {
        Assert.Distinct(Products.Select(product => product.Id));
        Assert.All(Products, product => Assert.Empty(product.Identifiers));
    }

    [Fact]
    public void Every_category_that_is_handed_out_has_products()
    {
        Assert.Equal(Enum.GetValues<Category>().Except([Category.Other]), Products.Select(product => product.Category).Distinct().Order());
    }

    [Fact]
    public void Whatever_reverses_an_overdose_has_doses_lots_and_expiry_and_nothing_else_has_doses()
    {
        Assert.All(Products, product => Assert.Equal(product.Category == Category.OverdoseReversal, product.DosesPerUnit > 0));
        Assert.All(Products.Where(product => product.DosesPerUnit > 0), product => Assert.True(product.TracksLots && product.TracksExpiry));
    }

    [Theory]
    [InlineData("naloxone-nasal-4mg", 2, 2)]
    [InlineData("naloxone-im-kit", 2, 1)]
    [InlineData("fentanyl-strip", 0, 1)]
    [InlineData("fentanyl-strips-bag", 0, 10)]
    [InlineData("syringe", 0, 1)]
    public void Units_doses_and_items_are_distinct(string id, int doses, int items)
    {
        var product = Assert.Single(Products, product => product.Id.Value == id);

        Assert.Equal((doses, items), (product.DosesPerUnit, product.ItemsPerUnit));
    }
}
