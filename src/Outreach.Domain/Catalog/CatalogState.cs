using System.Collections.Immutable;
using NodaTime;
using Outreach.Domain.Recording.Settings;

namespace Outreach.Domain.Catalog;

/// <summary>The catalog, folded from its events. Immutable.</summary>
public sealed class CatalogState
{
    private readonly ImmutableDictionary<Identifier, ProductId> owners;

    /// <param name="entries">The products, by id.</param>
    /// <param name="originals">How those products that changed were first added, by id.</param>
    public CatalogState(ImmutableSortedDictionary<string, Versioned<Product>> entries, ImmutableSortedDictionary<string, Product> originals)
        : this(
            entries.WithComparers(StringComparer.Ordinal),
            originals.WithComparers(StringComparer.Ordinal),
            ImmutableDictionary.CreateRange(entries.Values.SelectMany(entry => ActiveIdentifiers(entry.Value))))
    {
    }

    private CatalogState(
        ImmutableSortedDictionary<string, Versioned<Product>> entries,
        ImmutableSortedDictionary<string, Product> originals,
        ImmutableDictionary<Identifier, ProductId> owners) =>
        (Entries, Originals, this.owners) = (entries, originals, owners);

    /// <summary>The catalog before its first event.</summary>
    public static CatalogState Empty { get; } =
        new(ImmutableSortedDictionary<string, Versioned<Product>>.Empty, ImmutableSortedDictionary<string, Product>.Empty);

    /// <summary>Every product, retired or not, in the order of their ids.</summary>
    public ImmutableSortedDictionary<string, Versioned<Product>> Entries { get; }

    /// <summary>How those products that changed since were first added, by id.</summary>
    public ImmutableSortedDictionary<string, Product> Originals { get; }

    /// <summary>The settings of the product with an id.</summary>
    public SettingsState<Product> GetSettings(ProductId id) =>
        Entries.GetValueOrDefault(id.Value) is { } current ? new(current, Originals.GetValueOrDefault(id.Value) ?? current.Value) : new();

    /// <summary>The product in use that has a code; null if there is none. The codes of a retired product are free.</summary>
    public ProductId? OwnerOf(Identifier code) => owners.TryGetValue(code, out var owner) ? owner : null;

    /// <summary>The state after one more event. Accepts every event.</summary>
    /// <param name="fact">The event.</param>
    /// <param name="version">The event's position in the stream.</param>
    /// <param name="recordedAt">When it was recorded.</param>
    public CatalogState Apply(CatalogEvent fact, long version, Instant recordedAt)
    {
        var id = fact.Product.Id.Value;
        var before = Entries.GetValueOrDefault(id)?.Value;
        return new CatalogState(
            Entries.SetItem(id, fact.ToVersioned(version, recordedAt)),
            before is null || Originals.ContainsKey(id) ? Originals : Originals.Add(id, before),
            owners.RemoveRange(before is null ? [] : ActiveIdentifiers(before).Select(code => code.Key)).SetItems(ActiveIdentifiers(fact.Product)));
    }

    private static IEnumerable<KeyValuePair<Identifier, ProductId>> ActiveIdentifiers(Product product) =>
        product.Retired ? [] : product.Identifiers.Select(code => KeyValuePair.Create(code, product.Id));
}
