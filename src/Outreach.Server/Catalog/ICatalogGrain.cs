using Orleans.Concurrency;
using Outreach.Domain;
using Outreach.Domain.Catalog;

namespace Outreach.Server.Catalog;

/// <summary>The single writer of the catalogue; its key is <see cref="CatalogFamily.StreamId"/>. It answers when all is durable.</summary>
[Alias("outreach.catalog")]
public interface ICatalogGrain : IGrainWithStringKey
{
    /// <inheritdoc cref="CatalogRules.Add"/>
    [Alias("add"), AlwaysInterleave]
    Task<Outcome<CatalogEntry>> AddAsync(Product product);

    /// <inheritdoc cref="CatalogRules.Change"/>
    [Alias("change"), AlwaysInterleave]
    Task<Outcome<CatalogEntry>> ChangeAsync(Product wanted, ProductSettings which, long? seen);

    /// <inheritdoc cref="CatalogRules.Retire"/>
    [Alias("retire"), AlwaysInterleave]
    Task<Outcome<CatalogEntry>> RetireAsync(ProductId id, long? seen);

    /// <inheritdoc cref="CatalogRules.Seed"/>
    [Alias("seed"), AlwaysInterleave]
    Task SeedAsync(Product[] products);
}
