using NodaTime;

namespace Outreach.Domain.Catalog;

/// <summary>What happened in the catalogue. Each fact tells its product whole, so that the latest one alone says what the product is.</summary>
public abstract record CatalogEvent
{
    private CatalogEvent(Product product) => Product = product;

    /// <summary>The product as it is after this.</summary>
    public Product Product { get; }

    /// <summary>A product came into use.</summary>
    public sealed record ProductAdded(Product Product) : CatalogEvent(Product);

    /// <summary>Settings of a product changed.</summary>
    /// <param name="Product">The product with all its settings, changed or not.</param>
    /// <param name="AddedAt">When it was added, repeated here so that this fact alone says what the product is.</param>
    public sealed record ProductChanged(Product Product, Instant AddedAt) : CatalogEvent(Product);

    /// <summary>A product is no longer offered.</summary>
    /// <param name="Product">The product as it was last, now retired.</param>
    /// <param name="AddedAt">When it was added.</param>
    public sealed record ProductRetired(Product Product, Instant AddedAt) : CatalogEvent(Product);
}
