using System.Collections.Immutable;
using NodaTime;

namespace Outreach.Domain.Catalog;

/// <summary>The catalogue as its facts have made it. Immutable.</summary>
public sealed class CatalogState
{
    private readonly ImmutableDictionary<Identifier, ProductId> owners;

    /// <summary>The state that holds these products.</summary>
    /// <param name="entries">By product id.</param>
    /// <param name="originals">How those products that changed were first added, by product id.</param>
    public CatalogState(ImmutableSortedDictionary<string, CatalogEntry> entries, ImmutableSortedDictionary<string, Product> originals)
        : this(
            entries.WithComparers(StringComparer.Ordinal),
            originals.WithComparers(StringComparer.Ordinal),
            ImmutableDictionary.CreateRange(entries.Values.SelectMany(entry => ActiveIdentifiers(entry.Product))))
    {
    }

    private CatalogState(
        ImmutableSortedDictionary<string, CatalogEntry> entries,
        ImmutableSortedDictionary<string, Product> originals,
        ImmutableDictionary<Identifier, ProductId> owners) =>
        (Entries, Originals, this.owners) = (entries, originals, owners);

    /// <summary>The catalogue before its first fact.</summary>
    public static CatalogState Empty { get; } =
        new(ImmutableSortedDictionary<string, CatalogEntry>.Empty, ImmutableSortedDictionary<string, Product>.Empty);

    /// <summary>Every product, retired or not, in the order of their ids.</summary>
    public ImmutableSortedDictionary<string, CatalogEntry> Entries { get; }

    /// <summary>How those products that changed since were first added, by id: the same request again is known by it.</summary>
    public ImmutableSortedDictionary<string, Product> Originals { get; }

    /// <summary>The product with an id, or null.</summary>
    public CatalogEntry? Find(ProductId id) => Entries.GetValueOrDefault(id.Value);

    /// <summary>The product in use that carries a code, or null. The codes of a retired product are free.</summary>
    public ProductId? OwnerOf(Identifier code) => owners.TryGetValue(code, out var owner) ? owner : null;

    /// <summary>The product as it was first added; null where none has the id.</summary>
    public Product? AddedAs(ProductId id) => Originals.GetValueOrDefault(id.Value) ?? Find(id)?.Product;

    /// <summary>The state after one more fact. Total.</summary>
    /// <param name="fact">What happened.</param>
    /// <param name="version">The fact's place in the stream.</param>
    /// <param name="recordedAt">When it was recorded.</param>
    public CatalogState Apply(CatalogEvent fact, long version, Instant recordedAt)
    {
        var id = fact.Product.Id.Value;
        var before = Entries.GetValueOrDefault(id);
        return new CatalogState(
            Entries.SetItem(id, CatalogEntry.From(fact, version, recordedAt)),
            before is null || Originals.ContainsKey(id) ? Originals : Originals.Add(id, before.Product),
            owners.RemoveRange(before is null ? [] : ActiveIdentifiers(before.Product).Select(code => code.Key)).SetItems(ActiveIdentifiers(fact.Product)));
    }

    private static IEnumerable<KeyValuePair<Identifier, ProductId>> ActiveIdentifiers(Product product) =>
        product.Retired ? [] : product.Identifiers.Select(code => KeyValuePair.Create(code, product.Id));
}
