using Google.Protobuf.WellKnownTypes;
using NodaTime;
using Outreach.Domain.Recording.Settings;
using Outreach.Protocol.Catalog.V1;
using Outreach.Server.Catalog;
using Outreach.Server.Rpc;
using Wire = Outreach.Protocol.Catalog.V1;

namespace Outreach.Server.Tests.Catalog;

public class CatalogWireTests
{
    [Fact]
    public void A_product_is_read_and_written_without_loss()
    {
        var added = Instant.FromUtc(2026, 3, 1, 9, 0);
        var product = CatalogWire.Parse(Create(_ => { }));
        var retired = product with { Retired = true };

        var written = CatalogWire.ToWire(new Versioned<Domain.Catalog.Product>(retired, 7, added, added + NodaTime.Duration.FromMinutes(1)));

        var expected = Spray();
        expected.Etag = "7";
        expected.CreateTime = Timestamp.FromDateTime(added.ToDateTimeUtc());
        expected.UpdateTime = Timestamp.FromDateTime(added.ToDateTimeUtc().AddMinutes(1));
        expected.RetireTime = expected.UpdateTime;
        Assert.Equal(expected, written);
    }

    [Fact]
    public void Items_default_to_one_and_names_are_trimmed()
    {
        var product = CatalogWire.Parse(Create(sent => (sent.ItemsPerUnit, sent.Name) = (0, "  Spray \t")));

        Assert.Equal((1, "Spray"), (product.ItemsPerUnit, product.Name));
    }

    [Fact]
    public void What_the_server_sets_is_ignored_in_a_creation()
    {
        var product = CatalogWire.Parse(Create(sent => (sent.Etag, sent.RetireTime) = ("nonsense", new Timestamp { Seconds = long.MaxValue })));

        Assert.False(product.Retired);
    }

    [Fact]
    public void Every_violation_is_named_at_once()
    {
        var request = new CreateProductRequest
        {
            Product = new Wire.Product
            {
                ProductId = "Nasal 4",
                Name = " ",
                Category = (Wire.Category)99,
                Strength = new string('x', 51),
                DosesPerUnit = -1,
                ItemsPerUnit = 10_001,
                TracksExpiry = true,
                Packages = { new Wire.PackageSize { Name = "", Units = 1 } },
                Identifiers = { new Wire.Identifier { Value = "1" }, new Wire.Identifier { Scheme = Wire.IdentifierScheme.Gtin, Value = "00012345600013" } },
            },
        };

        Assert.Equal(
            [
                "product.product_id", "product.name", "product.category", "product.form", "product.strength", "product.doses_per_unit",
                "product.items_per_unit", "product.unit_of_issue", "product.packages[0].name", "product.packages[0].units",
                "product.identifiers[0].scheme", "product.identifiers[1].value", "product.tracks_expiry",
            ],
            Violated(() => CatalogWire.Parse(request)));
    }

    public static TheoryData<string, Action<Wire.Product>> Bounds => new()
    {
        { "product.name", p => p.Name = new string('x', 101) },
        { "product.name", p => p.Name = "a\u0007b" },
        { "product.strength", p => p.Strength = "4\0mg" },
        { "product.doses_per_unit", p => p.DosesPerUnit = 1_001 },
        { "product.items_per_unit", p => p.ItemsPerUnit = -1 },
        { "product.unit_of_issue", p => p.UnitOfIssue = new string('x', 31) },
        { "product.packages", p => p.Packages.Add(Enumerable.Range(0, 10).Select(_ => new Wire.PackageSize { Name = "carton", Units = 2 })) },
        { "product.packages[1].name", p => p.Packages.Add(new Wire.PackageSize { Name = new string('x', 31), Units = 2 }) },
        { "product.packages[1].units", p => p.Packages.Add(new Wire.PackageSize { Name = "pallet", Units = 100_001 }) },
        { "product.identifiers", p => p.Identifiers.Add(Enumerable.Range(0, 20).Select(i => new Wire.Identifier { Scheme = Wire.IdentifierScheme.Ndc442, Value = $"1234-5678-{i:D2}" })) },
        { "product.identifiers[1]", p => p.Identifiers.Add(p.Identifiers[0].Clone()) },
        { "product.identifiers[1].scheme", p => p.Identifiers.Add(new Wire.Identifier { Scheme = (Wire.IdentifierScheme)12, Value = "1" }) },
        { "product.identifiers[1].value", p => p.Identifiers.Add(new Wire.Identifier { Scheme = Wire.IdentifierScheme.Ndc541, Value = "1234-5678-90" }) },
        { "product.tracks_expiry", p => p.TracksLots = false },
        { "product.form", p => p.Form = (Wire.Form)9 },
        { "product.product_id", p => p.ProductId = "" },
    };

    [Theory, MemberData(nameof(Bounds))]
    public void A_field_beyond_its_bounds_is_named(string field, Action<Wire.Product> change)
    {
        Assert.Equal([field], Violated(() => CatalogWire.Parse(Create(change))));
    }

    [Fact]
    public void Values_at_their_bounds_are_accepted()
    {
        var product = CatalogWire.Parse(Create(p =>
        {
            p.Name = string.Concat(Enumerable.Repeat("\U0001F489", 100));
            p.Strength = new string('x', 50);
            (p.DosesPerUnit, p.ItemsPerUnit, p.UnitOfIssue) = (1_000, 10_000, new string('x', 30));
            p.Packages.Add(Enumerable.Range(0, 9).Select(_ => new Wire.PackageSize { Name = new string('x', 30), Units = 100_000 }));
            p.Identifiers.Add(Enumerable.Range(0, 19).Select(i => new Wire.Identifier { Scheme = Wire.IdentifierScheme.Ndc442, Value = $"1234-5678-{i:D2}" }));
        }));

        Assert.Equal((10, 20), (product.Packages.Count, product.Identifiers.Count));
    }

    [Fact]
    public void A_missing_product_is_a_named_violation()
    {
        Assert.Contains("product", Violated(() => CatalogWire.Parse(new CreateProductRequest())));
        Assert.Contains("product", Violated(() => CatalogWire.Parse(new UpdateProductRequest())));
    }

    [Fact]
    public void An_update_checks_only_the_fields_in_its_mask()
    {
        var update = CatalogWire.Parse(new UpdateProductRequest
        {
            Product = new Wire.Product { ProductId = "spray", Name = "Spray", Etag = "12", DosesPerUnit = -5 },
            UpdateMask = FieldMask.FromString("name,tracks_lots"),
        });

        Assert.Equal(("spray", "Spray", 12L), (update.Value.Id.Value, update.Value.Name, update.ExpectedVersion));
        Assert.Equal(["name", "tracks_lots"], update.Fields);
    }

    [Fact]
    public void An_update_without_a_mask_changes_the_fields_that_are_set()
    {
        var update = CatalogWire.Parse(new UpdateProductRequest
        {
            Product = new Wire.Product { ProductId = "spray", Category = Wire.Category.Other, ItemsPerUnit = 3, TracksLots = true, Packages = { new Wire.PackageSize { Name = "box", Units = 9 } } },
        });

        Assert.Equal(["category", "items_per_unit", "packages", "tracks_lots"], update.Fields);
        Assert.Null(update.ExpectedVersion);
    }

    [Fact]
    public void Every_field_can_be_changed_alone()
    {
        var before = CatalogWire.Parse(Create(_ => { }));
        var wanted = new Wire.Product
        {
            ProductId = "spray", Name = "Another", Category = Wire.Category.Other, Form = Wire.Form.Item, Strength = "none", DosesPerUnit = 7, ItemsPerUnit = 8, UnitOfIssue = "each",
        };
        string[] fields =
        [
            "name", "category", "form", "strength", "doses_per_unit", "items_per_unit", "unit_of_issue", "packages", "identifiers", "tracks_lots", "tracks_expiry",
        ];

        foreach (var field in fields)
        {
            var update = CatalogWire.Parse(new UpdateProductRequest { Product = wanted, UpdateMask = FieldMask.FromString(field) });
            var after = ProductFields.All.Merge(before, update);

            var (had, has) = (Write(before), Write(after));
            Assert.Equal([field], Wire.Product.Descriptor.Fields.InDeclarationOrder()
                .Where(one => !Equals(one.Accessor.GetValue(had), one.Accessor.GetValue(has))).Select(one => one.Name));
        }
    }

    [Fact]
    public void An_update_names_every_violation_of_mask_etag_and_fields_at_once()
    {
        var request = new UpdateProductRequest
        {
            Product = new Wire.Product { ProductId = "?", Etag = "-1" },
            UpdateMask = FieldMask.FromString("name,etag,product_id,create_time,colour,packages.units"),
        };

        Assert.Equal(
            ["update_mask", "update_mask", "update_mask", "update_mask", "update_mask", "product.product_id", "product.name", "product.etag"],
            Violated(() => CatalogWire.Parse(request)));
    }

    [Fact]
    public void A_list_names_every_violation_at_once()
    {
        var request = new ListProductsRequest { PageSize = -1, PageToken = "nonsense", Category = (Wire.Category)99, Identifier = "%" };

        Assert.Equal(["page_size", "page_token", "category", "identifier"], Violated(() => CatalogWire.Parse(request)));
    }

    [Fact]
    public void Ids_and_etags_of_the_other_requests_are_checked_too()
    {
        Assert.Equal(["product_id", "etag"], Violated(() => CatalogWire.Parse(new RetireProductRequest { ProductId = "", Etag = "x" })));
        Assert.Equal(["product_id"], Violated(() => CatalogWire.Parse(new GetProductRequest { ProductId = "A" })));
    }

    private static Wire.Product Write(Domain.Catalog.Product product) => CatalogWire.ToWire(new Versioned<Domain.Catalog.Product>(product, 1, default, default));

    private static CreateProductRequest Create(Action<Wire.Product> change)
    {
        var product = Spray();
        change(product);
        return new CreateProductRequest { Product = product };
    }

    private static Wire.Product Spray() => new()
    {
        ProductId = "naloxone-nasal-4mg",
        Name = "Naloxone nasal spray",
        Category = Wire.Category.OverdoseReversal,
        Form = Wire.Form.NasalSpray,
        Strength = "4 mg",
        DosesPerUnit = 2,
        ItemsPerUnit = 2,
        UnitOfIssue = "box",
        Packages = { new Wire.PackageSize { Name = "carton", Units = 12 } },
        Identifiers = { new Wire.Identifier { Scheme = Wire.IdentifierScheme.Gtin, Value = "00012345600012" } },
        TracksLots = true,
        TracksExpiry = true,
    };

    private static IEnumerable<string> Violated(Func<object?> parse) =>
        Assert.Throws<InvalidRequestException>(parse).Violations.Select(violation => violation.Field);
}
