using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using NodaTime;
using Outreach.Domain.Catalog;
using Outreach.Server.Rpc;
using Wire = Outreach.Protocol.Catalog.V1;

namespace Outreach.Server.Catalog;

/// <summary>The catalogue's messages and the domain's records: the only place where both meet.</summary>
internal static class CatalogWire
{
    private const string Prefix = "product.";

    private static readonly Dictionary<string, ProductFields> FieldsByPath = new()
    {
        ["name"] = ProductFields.Name,
        ["category"] = ProductFields.Category,
        ["form"] = ProductFields.Form,
        ["strength"] = ProductFields.Strength,
        ["doses_per_unit"] = ProductFields.DosesPerUnit,
        ["items_per_unit"] = ProductFields.ItemsPerUnit,
        ["unit_of_issue"] = ProductFields.UnitOfIssue,
        ["packages"] = ProductFields.Packages,
        ["identifiers"] = ProductFields.Identifiers,
        ["tracks_lots"] = ProductFields.TracksLots,
        ["tracks_expiry"] = ProductFields.TracksExpiry,
    };

    /// <exception cref="InvalidRequestException">Anything is malformed; it names it all.</exception>
    public static Product Parse(Wire.CreateProductRequest request)
    {
        var violations = new Violations();
        var sent = RequireProduct(request.Product, violations);
        var product = ParseProduct(sent, ProductFields.All, violations);
        if (sent.TracksExpiry && !sent.TracksLots)
            violations.Add(Prefix + "tracks_expiry", "needs tracks_lots: expiry is a lot's.");
        violations.ThrowIfAny();
        return product();
    }

    /// <exception cref="InvalidRequestException">Anything is malformed; it names it all.</exception>
    public static (Product Wanted, ProductFields Which, long? Seen) Parse(Wire.UpdateProductRequest request)
    {
        var violations = new Violations();
        var sent = RequireProduct(request.Product, violations);
        var which = FieldMasks.GetFieldNames(sent, request.UpdateMask, FieldsByPath.Keys, violations)
            .Aggregate(ProductFields.None, (all, field) => all | FieldsByPath[field]);
        var product = ParseProduct(sent, which, violations);
        var seen = FieldParser.ParseEtag(sent.Etag, Prefix + "etag", violations);
        violations.ThrowIfAny();
        return (product(), which, seen);
    }

    /// <exception cref="InvalidRequestException">Anything is malformed; it names it all.</exception>
    public static (ProductId Id, long? Seen) Parse(Wire.RetireProductRequest request)
    {
        var violations = new Violations();
        var id = FieldParser.ParseId(request.ProductId, "product_id", violations);
        var seen = FieldParser.ParseEtag(request.Etag, "etag", violations);
        violations.ThrowIfAny();
        return (new ProductId(id!), seen);
    }

    /// <exception cref="InvalidRequestException">The id is malformed.</exception>
    public static ProductId Parse(Wire.GetProductRequest request)
    {
        var violations = new Violations();
        var id = FieldParser.ParseId(request.ProductId, "product_id", violations);
        violations.ThrowIfAny();
        return new ProductId(id!);
    }

    /// <exception cref="InvalidRequestException">Anything is malformed; it names it all.</exception>
    public static ProductFilter Parse(Wire.ListProductsRequest request)
    {
        var violations = new Violations();
        var list = $"products {(int)request.Category} {request.IncludeRetired} {request.Identifier}";
        var page = Paging.Parse(request.PageSize, request.PageToken, list, keyParts: 1, violations);
        Category? category = request.Category == 0 ? null : FieldParser.ParseEnum<Category>((int)request.Category, "category", violations);
        if (request.Identifier.Length > 0 && !System.Enum.GetValues<IdentifierScheme>().Any(scheme => Identifier.IsValid(scheme, request.Identifier)))
            violations.Add("identifier", $"is a GTIN or an NDC as printed; this is '{Excerpt.From(request.Identifier)}'.");
        violations.ThrowIfAny();
        return new ProductFilter(list, page, category, request.IncludeRetired, request.Identifier);
    }

    /// <summary>The product as callers see it.</summary>
    public static Wire.Product ToWire(CatalogEntry entry)
    {
        var product = entry.Product;
        var wire = new Wire.Product
        {
            ProductId = product.Id.Value,
            Name = product.Name,
            Category = (Wire.Category)product.Category,
            Form = (Wire.Form)product.Form,
            Strength = product.Strength,
            DosesPerUnit = product.DosesPerUnit,
            ItemsPerUnit = product.ItemsPerUnit,
            UnitOfIssue = product.UnitOfIssue,
            TracksLots = product.TracksLots,
            TracksExpiry = product.TracksExpiry,
            Etag = entry.Version.ToString(CultureInfo.InvariantCulture),
            CreateTime = ToWire(entry.AddedAt),
            UpdateTime = ToWire(entry.ChangedAt),
            RetireTime = entry.RetiredAt is { } retired ? ToWire(retired) : null,
        };
        wire.Packages.AddRange(product.Packages.Select(size => new Wire.PackageSize { Name = size.Name, Units = size.Units }));
        wire.Identifiers.AddRange(product.Identifiers.Select(code => new Wire.Identifier { Scheme = (Wire.IdentifierScheme)code.Scheme, Value = code.Value }));
        return wire;
    }

    private static Timestamp ToWire(Instant moment) => Timestamp.FromDateTime(moment.ToDateTimeUtc());

    private static Wire.Product RequireProduct(Wire.Product? product, Violations violations)
    {
        if (product is null)
            violations.Add("product", "is required.");
        return product ?? new Wire.Product();
    }

    /// <summary>Checks the settings that are asked for, and says how to make the product once nothing is wrong; other settings are left blank.</summary>
    private static Func<Product> ParseProduct(Wire.Product sent, ProductFields which, Violations violations)
    {
        bool Asked(ProductFields setting) => which.HasFlag(setting);
        string Text(ProductFields setting, string text, string field, int least, int most) =>
            Asked(setting) ? FieldParser.ParseText(text, Prefix + field, least, most, violations) : "";
        int Count(ProductFields setting, int count, string field, int least, int most) =>
            Asked(setting) ? FieldParser.ParseCount(count, Prefix + field, least, most, violations) : least;

        var id = FieldParser.ParseId(sent.ProductId, Prefix + "product_id", violations);
        var name = Text(ProductFields.Name, sent.Name, "name", 1, Product.MaxName);
        var category = Asked(ProductFields.Category) ? FieldParser.ParseEnum<Category>((int)sent.Category, Prefix + "category", violations) : default;
        var form = Asked(ProductFields.Form) ? FieldParser.ParseEnum<Form>((int)sent.Form, Prefix + "form", violations) : default;
        var strength = Text(ProductFields.Strength, sent.Strength, "strength", 0, Product.MaxStrength);
        var doses = Count(ProductFields.DosesPerUnit, sent.DosesPerUnit, "doses_per_unit", 0, Product.MaxDosesPerUnit);
        var items = Count(ProductFields.ItemsPerUnit, sent.ItemsPerUnit == 0 ? 1 : sent.ItemsPerUnit, "items_per_unit", 1, Product.MaxItemsPerUnit);
        var unit = Text(ProductFields.UnitOfIssue, sent.UnitOfIssue, "unit_of_issue", 1, Product.MaxUnitOfIssue);
        var packages = Asked(ProductFields.Packages) ? ParsePackages(sent, violations) : [];
        var codes = Asked(ProductFields.Identifiers) ? ParseIdentifiers(sent, violations) : [];
        return () => new Product(
            new ProductId(id!), name, category, form, strength, doses, items, unit, packages, codes, sent.TracksLots, sent.TracksExpiry, Retired: false);
    }

    private static List<PackageSize> ParsePackages(Wire.Product sent, Violations violations)
    {
        var packages = new List<PackageSize>();
        foreach (var (i, size) in FieldParser.TakeAtMost(sent.Packages, Prefix + "packages", Product.MaxPackages, violations).Index())
        {
            var field = $"{Prefix}packages[{i}].";
            var before = violations.Found.Count;
            var name = FieldParser.ParseText(size.Name, field + "name", 1, PackageSize.MaxName, violations);
            var units = FieldParser.ParseCount(size.Units, field + "units", PackageSize.MinUnits, PackageSize.MaxUnits, violations);
            if (violations.Found.Count == before)
                packages.Add(new PackageSize(name, units));
        }
        return packages;
    }

    private static List<Identifier> ParseIdentifiers(Wire.Product sent, Violations violations)
    {
        var codes = new List<Identifier>();
        foreach (var (i, code) in FieldParser.TakeAtMost(sent.Identifiers, Prefix + "identifiers", Product.MaxIdentifiers, violations).Index())
        {
            var field = $"{Prefix}identifiers[{i}]";
            var before = violations.Found.Count;
            var scheme = FieldParser.ParseEnum<IdentifierScheme>((int)code.Scheme, field + ".scheme", violations);
            if (violations.Found.Count > before)
                continue;
            if (!Identifier.IsValid(scheme, code.Value))
                violations.Add(field + ".value", $"is {Identifier.Rule(scheme)}; this is '{Excerpt.From(code.Value)}'.");
            else if (codes.Contains(new Identifier(scheme, code.Value)))
                violations.Add(field, $"is a code that the product has not yet; '{code.Value}' stands twice.");
            else
                codes.Add(new Identifier(scheme, code.Value));
        }
        return codes;
    }
}
