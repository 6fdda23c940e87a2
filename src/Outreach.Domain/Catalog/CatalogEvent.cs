using NodaTime;
using Outreach.Domain.Recording.Settings;

namespace Outreach.Domain.Catalog;

/// <summary>An event in the catalog, about one product.</summary>
public abstract record CatalogEvent : ISettingsEvent<Product>
{
    private CatalogEvent(Product product) => Product = product;

    /// <summary>The product after this event.</summary>
    public Product Product { get; }

    public Versioned<Product> ToVersioned(long version, Instant recordedAt) => this switch
    {
        ProductChanged changed => new(Product, version, changed.AddedAt, recordedAt),
        ProductRetired retired => new(Product, version, retired.AddedAt, recordedAt),
        _ => new(Product, version, recordedAt, recordedAt),
    };

    /// <summary>A product was added.</summary>
    public sealed record ProductAdded(Product Product) : CatalogEvent(Product);

    /// <summary>A product's settings changed.</summary>
    /// <param name="Product">The product with all its settings, changed or not.</param>
    /// <param name="AddedAt">When it was added.</param>
    public sealed record ProductChanged(Product Product, Instant AddedAt) : CatalogEvent(Product);

    /// <summary>A product was retired: it is no longer offered. It never changes again.</summary>
    /// <param name="Product">The product, retired.</param>
    /// <param name="AddedAt">When it was added.</param>
    public sealed record ProductRetired(Product Product, Instant AddedAt) : CatalogEvent(Product);
}
