using Outreach.Domain.Recording;

namespace Outreach.Domain.Catalog;

/// <summary>What may happen to the catalogue. The same request again adds nothing, also after others changed the product.</summary>
public static class CatalogRules
{
    /// <summary>The most products a catalogue holds, retired ones too.</summary>
    public const int MaxProducts = 10_000;

    /// <summary>Adds a product. Nothing to record where it was added like this before, or is like this now.</summary>
    /// <returns>
    /// Refused, in this order: <c>PRODUCT_EXISTS</c>, another product has the id; <c>EXPIRY_NEEDS_LOTS</c>;
    /// <c>IDENTIFIER_TAKEN</c>, another product in use carries one of the codes; <c>CATALOGUE_FULL</c>.
    /// </returns>
    public static Decision<CatalogEvent> Add(CatalogState state, Product product)
    {
        if (state.Find(product.Id) is { } there)
            return EqualsIgnoringRetired(product, there.Product) || EqualsIgnoringRetired(product, state.AddedAs(product.Id)!)
                ? new Decision<CatalogEvent>([])
                : Refusal.AlreadyExists("PRODUCT_EXISTS", $"Product '{product.Id}' cannot be added: '{there.Product.Name}' has this id, with other settings.");

        if (Validate(state, product) is { } refusal)
            return refusal;
        if (state.Entries.Count >= MaxProducts)
            return Refusal.LimitExceeded("CATALOGUE_FULL", $"Product '{product.Id}' cannot be added: the catalogue holds {state.Entries.Count} of at most {MaxProducts} products.");
        return new CatalogEvent.ProductAdded(product with { Retired = false });
    }

    /// <summary>Changes settings of a product. Nothing to record where they are like this already.</summary>
    /// <param name="state">The catalogue.</param>
    /// <param name="wanted">Which product, and the new values; values that the change is not about are ignored.</param>
    /// <param name="which">What the change is about.</param>
    /// <param name="seen">The version of the product that the caller saw; null for whatever is current.</param>
    /// <returns>
    /// Refused, in this order: <c>PRODUCT_UNKNOWN</c>; <c>ETAG_STALE</c>, it changed since it was seen;
    /// <c>PRODUCT_RETIRED</c>; <c>EXPIRY_NEEDS_LOTS</c>; <c>IDENTIFIER_TAKEN</c>.
    /// </returns>
    public static Decision<CatalogEvent> Change(CatalogState state, Product wanted, ProductFields which, long? seen)
    {
        if (state.Find(wanted.Id) is not { } there)
            return Unknown(wanted.Id);

        var changed = Merge(there.Product, wanted, which);
        if (changed.ContentEquals(there.Product))
            return new Decision<CatalogEvent>([]);
        if (CheckVersion(there, seen) is { } stale)
            return stale;
        if (there.Product.Retired)
            return Refusal.FailedPrecondition("PRODUCT_RETIRED", $"Product '{wanted.Id}' cannot be changed: it was retired at {there.RetiredAt}.");
        if (Validate(state, changed) is { } refusal)
            return refusal;
        return new CatalogEvent.ProductChanged(changed, there.AddedAt);
    }

    /// <summary>Ends the use of a product. Nothing to record where it is retired already.</summary>
    /// <param name="state">The catalogue.</param>
    /// <param name="id">Which product.</param>
    /// <param name="seen">The version of the product that the caller saw; null for whatever is current.</param>
    /// <returns>Refused, in this order: <c>PRODUCT_UNKNOWN</c>; <c>ETAG_STALE</c>.</returns>
    public static Decision<CatalogEvent> Retire(CatalogState state, ProductId id, long? seen)
    {
        if (state.Find(id) is not { } there)
            return Unknown(id);
        if (there.Product.Retired)
            return new Decision<CatalogEvent>([]);
        if (CheckVersion(there, seen) is { } stale)
            return stale;
        return new CatalogEvent.ProductRetired(there.Product with { Retired = true }, there.AddedAt);
    }

    /// <summary>Fills an empty catalogue. Nothing to record where it ever had a product; never refused.</summary>
    /// <param name="state">The catalogue.</param>
    /// <param name="products">At most <see cref="MaxProducts"/>, no two with the same id or code: what a catalogue may hold.</param>
    public static Decision<CatalogEvent> Seed(CatalogState state, IReadOnlyList<Product> products) =>
        new(state.Entries.Count > 0 ? [] : [.. products.Select(product => new CatalogEvent.ProductAdded(product))]);

    /// <summary>The refusal <c>PRODUCT_UNKNOWN</c>.</summary>
    public static Refusal Unknown(ProductId id) => Refusal.NotFound("PRODUCT_UNKNOWN", $"There is no product '{id}'.");

    private static Refusal? Validate(CatalogState state, Product product)
    {
        if (product.TracksExpiry && !product.TracksLots)
            return Refusal.FailedPrecondition("EXPIRY_NEEDS_LOTS", $"Product '{product.Id}' cannot track expiry: it does not tell lots apart, and expiry is a lot's.");

        foreach (var code in product.Identifiers)
            if (state.OwnerOf(code) is { } owner && owner != product.Id)
                return Refusal.AlreadyExists("IDENTIFIER_TAKEN", $"Product '{product.Id}' cannot carry {code}: product '{owner}' carries it.");
        return null;
    }

    private static Refusal? CheckVersion(CatalogEntry there, long? seen) =>
        seen is null || seen == there.Version
            ? null
            : Refusal.Stale("ETAG_STALE", $"Product '{there.Product.Id}' was seen with etag {seen}; it changed since, and its etag is {there.Version}.");

    private static bool EqualsIgnoringRetired(Product wanted, Product there) => (wanted with { Retired = there.Retired }).ContentEquals(there);

    private static Product Merge(Product there, Product wanted, ProductFields which) => there with
    {
        Name = which.HasFlag(ProductFields.Name) ? wanted.Name : there.Name,
        Category = which.HasFlag(ProductFields.Category) ? wanted.Category : there.Category,
        Form = which.HasFlag(ProductFields.Form) ? wanted.Form : there.Form,
        Strength = which.HasFlag(ProductFields.Strength) ? wanted.Strength : there.Strength,
        DosesPerUnit = which.HasFlag(ProductFields.DosesPerUnit) ? wanted.DosesPerUnit : there.DosesPerUnit,
        ItemsPerUnit = which.HasFlag(ProductFields.ItemsPerUnit) ? wanted.ItemsPerUnit : there.ItemsPerUnit,
        UnitOfIssue = which.HasFlag(ProductFields.UnitOfIssue) ? wanted.UnitOfIssue : there.UnitOfIssue,
        Packages = which.HasFlag(ProductFields.Packages) ? wanted.Packages : there.Packages,
        Identifiers = which.HasFlag(ProductFields.Identifiers) ? wanted.Identifiers : there.Identifiers,
        TracksLots = which.HasFlag(ProductFields.TracksLots) ? wanted.TracksLots : there.TracksLots,
        TracksExpiry = which.HasFlag(ProductFields.TracksExpiry) ? wanted.TracksExpiry : there.TracksExpiry,
    };
}
