using NodaTime;

namespace Outreach.Domain.Catalog;

/// <summary>A product and its history in short.</summary>
/// <param name="Product">The product as it is.</param>
/// <param name="Version">The place in the catalogue's stream of the fact that made it so: who saw it saw this state.</param>
/// <param name="AddedAt">When it was added, by the server's clock.</param>
/// <param name="ChangedAt">When it was last added, changed or retired, by the server's clock.</param>
/// <param name="RetiredAt">When it was retired; null while it is in use.</param>
public sealed record CatalogEntry(Product Product, long Version, Instant AddedAt, Instant ChangedAt, Instant? RetiredAt)
{
    /// <summary>The entry that a fact makes by itself.</summary>
    public static CatalogEntry From(CatalogEvent fact, long version, Instant recordedAt) => fact switch
    {
        CatalogEvent.ProductChanged changed => new(changed.Product, version, changed.AddedAt, recordedAt, null),
        CatalogEvent.ProductRetired retired => new(retired.Product, version, retired.AddedAt, recordedAt, recordedAt),
        _ => new(fact.Product, version, recordedAt, recordedAt, null),
    };
}
