using NodaTime;
using Outreach.Domain;
using Outreach.Domain.Catalog;
using Outreach.Domain.Recording.Settings;
using Outreach.Server.Recording;
using Outreach.Server.Recording.Settings;
using Outreach.Server.Rpc;
using Wire = Outreach.Protocol.Catalog.V1;

namespace Outreach.Server.Catalog;

/// <summary>The fields of a product. A new one is added here, to <see cref="Product"/> and to the proto.</summary>
internal static class ProductFields
{
    public static SettingsFields<Wire.Product, Product> All { get; } =
        new SettingsFields<Wire.Product, Product>(
                "product",
                id => new Product(new ProductId(id), "", default, default, "", 0, 1, "", [], [], TracksLots: false, TracksExpiry: false, Retired: false))
            .Text("name", 1, Product.MaxName, product => product.Name, (product, name) => product with { Name = name })
            .Enum("category", product => product.Category, (product, category) => product with { Category = category })
            .Enum("form", product => product.Form, (product, form) => product with { Form = form })
            .Text("strength", 0, Product.MaxStrength, product => product.Strength, (product, strength) => product with { Strength = strength })
            .Number("doses_per_unit", 0, Product.MaxDosesPerUnit, product => product.DosesPerUnit, (product, doses) => product with { DosesPerUnit = doses })
            .Add(
                "items_per_unit",
                ParseItems,
                (wire, items) => wire.ItemsPerUnit = items,
                product => product.ItemsPerUnit,
                (product, items) => product with { ItemsPerUnit = items })
            .Text("unit_of_issue", 1, Product.MaxUnitOfIssue, product => product.UnitOfIssue, (product, unit) => product with { UnitOfIssue = unit })
            .Add("packages", ParsePackages, WritePackages, product => product.Packages, (product, packages) => product with { Packages = packages })
            .Add("identifiers", ParseIdentifiers, WriteIdentifiers, product => product.Identifiers, (product, codes) => product with { Identifiers = codes })
            .Flag("tracks_lots", product => product.TracksLots, (product, tracks) => product with { TracksLots = tracks })
            .Flag("tracks_expiry", product => product.TracksExpiry, (product, tracks) => product with { TracksExpiry = tracks })
            .Output((wire, product) => wire.RetireTime = product.GetRetiredAt() is { } retiredAt ? WireTime.ToWire(retiredAt) : null);

    /// <summary>When the product was retired, which was its last change; null if it is in use.</summary>
    public static Instant? GetRetiredAt(this Versioned<Product> product) => product.Value.Retired ? product.ChangedAt : null;

    private static int ParseItems(Wire.Product sent, string path, Violations violations) =>
        FieldParser.ParseCount(sent.ItemsPerUnit == 0 ? 1 : sent.ItemsPerUnit, path, 1, Product.MaxItemsPerUnit, violations);

    private static EquatableList<PackageSize> ParsePackages(Wire.Product sent, string path, Violations violations)
    {
        var packages = new List<PackageSize>();
        foreach (var (i, size) in FieldParser.TakeAtMost(sent.Packages, path, Product.MaxPackages, violations).Index())
        {
            var before = violations.Found.Count;
            var name = FieldParser.ParseText(size.Name, $"{path}[{i}].name", 1, PackageSize.MaxName, violations);
            var units = FieldParser.ParseCount(size.Units, $"{path}[{i}].units", PackageSize.MinUnits, PackageSize.MaxUnits, violations);
            if (violations.Found.Count == before)
                packages.Add(new PackageSize(name, units));
        }
        return [.. packages];
    }

    private static void WritePackages(Wire.Product wire, EquatableList<PackageSize> packages) =>
        wire.Packages.AddRange(packages.Select(size => new Wire.PackageSize { Name = size.Name, Units = size.Units }));

    private static EquatableList<Identifier> ParseIdentifiers(Wire.Product sent, string path, Violations violations)
    {
        var codes = new List<Identifier>();
        foreach (var (i, code) in FieldParser.TakeAtMost(sent.Identifiers, path, Product.MaxIdentifiers, violations).Index())
        {
            var before = violations.Found.Count;
            var scheme = FieldParser.ParseEnum<IdentifierScheme>((int)code.Scheme, $"{path}[{i}].scheme", violations);
            if (violations.Found.Count > before)
                continue;
            if (!Identifier.IsValid(scheme, code.Value))
                violations.Add($"{path}[{i}].value", $"must be {Identifier.Rule(scheme)}; this is '{Excerpt.From(code.Value)}'.");
            else if (codes.Contains(new Identifier(scheme, code.Value)))
                violations.Add($"{path}[{i}]", $"must not repeat a code; this is '{code.Value}' again.");
            else
                codes.Add(new Identifier(scheme, code.Value));
        }
        return [.. codes];
    }

    private static void WriteIdentifiers(Wire.Product wire, EquatableList<Identifier> codes) =>
        wire.Identifiers.AddRange(codes.Select(code => new Wire.Identifier { Scheme = (Wire.IdentifierScheme)code.Scheme, Value = code.Value }));
}
