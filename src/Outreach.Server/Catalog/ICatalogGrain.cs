using Orleans.Concurrency;
using Outreach.Domain.Catalog;
using Outreach.Domain.Recording;

namespace Outreach.Server.Catalog;

/// <summary>The single writer of the catalogue; its key is <see cref="CatalogStreamDefinition.StreamId"/>. It answers when all is durable.</summary>
[Alias("outreach.catalog")]
public interface ICatalogGrain : IGrainWithStringKey
{
    /// <inheritdoc cref="CatalogRules.Add"/>
    [Alias("add"), AlwaysInterleave]
    Task<Result<CatalogEntry>> AddAsync(Product product);

    /// <inheritdoc cref="CatalogRules.Change"/>
    [Alias("change"), AlwaysInterleave]
    Task<Result<CatalogEntry>> ChangeAsync(Product wanted, ProductFields which, long? seen);

    /// <inheritdoc cref="CatalogRules.Retire"/>
    [Alias("retire"), AlwaysInterleave]
    Task<Result<CatalogEntry>> RetireAsync(ProductId id, long? seen);

    /// <inheritdoc cref="CatalogRules.Seed"/>
    [Alias("seed"), AlwaysInterleave]
    Task SeedAsync(Product[] products);
}
