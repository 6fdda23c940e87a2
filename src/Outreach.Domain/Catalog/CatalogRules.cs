using Outreach.Domain.Recording;
using Outreach.Domain.Recording.Settings;

namespace Outreach.Domain.Catalog;

/// <summary>The rules for the products in the catalog.</summary>
public static class CatalogRules
{
    /// <summary>The maximum number of products in a catalog, including retired ones.</summary>
    public const int MaxProducts = 10_000;

    private static readonly SettingsRules<Product, CatalogEvent> Settings = new("Product");

    /// <inheritdoc cref="SettingsRules{T,TEvent}.Add"/>
    /// <returns>
    /// Refused, in this order: <c>PRODUCT_EXISTS</c>; <c>EXPIRY_NEEDS_LOTS</c>; <c>IDENTIFIER_TAKEN</c>, if another product in use has one of
    /// the codes; <c>CATALOGUE_FULL</c>.
    /// </returns>
    public static Decision<CatalogEvent> Add(CatalogState state, Product product) => Settings.Add(
        IgnoreRetired(state.GetSettings(product.Id)),
        product with { Retired = false },
        added => new CatalogEvent.ProductAdded(added),
        added => CheckProduct(state, added) ?? CheckSize(state, added));

    /// <inheritdoc cref="SettingsRules{T,TEvent}.Change"/>
    /// <returns>
    /// Refused, in this order: <c>PRODUCT_UNKNOWN</c>; <c>ETAG_STALE</c>; <c>PRODUCT_RETIRED</c>; <c>EXPIRY_NEEDS_LOTS</c>;
    /// <c>IDENTIFIER_TAKEN</c>.
    /// </returns>
    public static Decision<CatalogEvent> Change(CatalogState state, ProductId id, Func<Product, Product> change, long? expectedVersion) => Settings.Change(
        state.GetSettings(id),
        id.Value,
        change,
        expectedVersion,
        (changed, addedAt) => new CatalogEvent.ProductChanged(changed, addedAt),
        (current, changed) => CheckInUse(current) ?? CheckProduct(state, changed));

    /// <summary>Retires a product. Records nothing if it is retired already.</summary>
    /// <returns>Refused, in this order: <c>PRODUCT_UNKNOWN</c>; <c>ETAG_STALE</c>.</returns>
    public static Decision<CatalogEvent> Retire(CatalogState state, ProductId id, long? expectedVersion) => Settings.Change(
        state.GetSettings(id),
        id.Value,
        product => product with { Retired = true },
        expectedVersion,
        (retired, addedAt) => new CatalogEvent.ProductRetired(retired, addedAt));

    /// <summary>Fills an empty catalog. Records nothing if it ever had a product; never refused.</summary>
    /// <param name="state">The catalog.</param>
    /// <param name="products">At most <see cref="MaxProducts"/>, no two with the same id or code.</param>
    public static Decision<CatalogEvent> Seed(CatalogState state, IReadOnlyList<Product> products) =>
        new(state.Entries.Count > 0 ? [] : [.. products.Select(product => new CatalogEvent.ProductAdded(product))]);

    /// <inheritdoc cref="SettingsRules{T,TEvent}.Unknown"/>
    public static Refusal Unknown(ProductId id) => Settings.Unknown(id.Value);

    private static Refusal? CheckProduct(CatalogState state, Product product)
    {
        if (product.TracksExpiry && !product.TracksLots)
            return Refusal.FailedPrecondition("EXPIRY_NEEDS_LOTS", $"Product '{product.Id}' must track lots to track expiry dates: each lot has its own.");

        foreach (var code in product.Identifiers)
            if (state.OwnerOf(code) is { } owner && owner != product.Id)
                return Refusal.AlreadyExists("IDENTIFIER_TAKEN", $"Product '{product.Id}' cannot have the code {code}: product '{owner}' has it.");
        return null;
    }

    private static Refusal? CheckSize(CatalogState state, Product product) => state.Entries.Count < MaxProducts
        ? null
        : Refusal.LimitExceeded("CATALOGUE_FULL", $"Product '{product.Id}' cannot be added: the catalog already has {state.Entries.Count:N0} products, which is the maximum.");

    private static Refusal? CheckInUse(Product product) =>
        product.Retired ? Refusal.FailedPrecondition("PRODUCT_RETIRED", $"Product '{product.Id}' cannot be changed: it is retired.") : null;

    /// <summary>The same product added again is recognized even if it is retired by now.</summary>
    private static SettingsState<Product> IgnoreRetired(SettingsState<Product> state) => state.Current is { } current
        ? state with { Current = current with { Value = current.Value with { Retired = false } } }
        : state;
}
