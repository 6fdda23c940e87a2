using CsCheck;
using NodaTime;
using Outreach.Domain.Catalog;

namespace Outreach.Domain.Tests.Catalog;

/// <summary>Sample products and catalogs.</summary>
internal static class CatalogSamples
{
    public static readonly Instant Start = Instant.FromUtc(2026, 3, 1, 9, 0);

    public static readonly Identifier Gtin = new(IdentifierScheme.Gtin, "00012345600012");

    public static Product Product(string id, params Identifier[] codes) => new(
        new ProductId(id), "Nasal spray", Category.OverdoseReversal, Form.NasalSpray, "4 mg", 2, 2, "box",
        [new PackageSize("carton", 12)], [.. codes], TracksLots: true, TracksExpiry: true, Retired: false);

    /// <summary>Returns the state after facts that were recorded at intervals of one minute, the first one minute after <see cref="Start"/>.</summary>
    public static CatalogState Given(params IEnumerable<CatalogEvent> facts) =>
        facts.Aggregate((State: CatalogState.Empty, Version: 0L), (at, fact) => (After(at.State, at.Version + 1, fact), at.Version + 1)).State;

    public static CatalogState After(CatalogState state, long version, CatalogEvent fact) =>
        state.Apply(fact, version, Start + Duration.FromMinutes(version));

    public static readonly Gen<Product> AnyProduct =
        from id in Gen.OneOf("a", "b", "c", "d")
        from name in Gen.OneOf("One", "Two")
        from lots in Gen.Bool
        from expiry in Gen.Bool
        from codes in Gen.OneOf(Gtin, new Identifier(IdentifierScheme.Ndc442, "1234-5678-90")).Array[0, 2]
        select Product(id, codes) with { Name = name, TracksLots = lots, TracksExpiry = expiry };
}
