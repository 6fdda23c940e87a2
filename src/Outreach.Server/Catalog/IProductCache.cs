using Outreach.Domain.Catalog;

namespace Outreach.Server.Catalog;

/// <summary>Products at hand, for those who decide by them. A product that was acknowledged anywhere is found.</summary>
public interface IProductCache
{
    /// <summary>The product, or null where none has the id. Settings can be some seconds old; existence never is.</summary>
    ValueTask<Product?> FindAsync(string productId, CancellationToken cancel);
}
