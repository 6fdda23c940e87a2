using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Outreach.Domain.Catalog;
using Outreach.Server.Recording;

namespace Outreach.Server.Catalog;

/// <summary>How the catalogue is stored.</summary>
[JsonSerializable(typeof(CatalogEvent))]
[JsonSerializable(typeof(CatalogEvent.ProductAdded))]
[JsonSerializable(typeof(CatalogEvent.ProductChanged))]
[JsonSerializable(typeof(CatalogEvent.ProductRetired))]
[JsonSerializable(typeof(CatalogState))]
[JsonSerializable(typeof(Product[]))]
internal sealed partial class CatalogJson : JsonSerializerContext
{
    private static readonly JsonSerializerOptions Stored = DomainJson.ForFacts<CatalogEvent>(
        new CatalogJson(),
        ("productAdded", typeof(CatalogEvent.ProductAdded)),
        ("productChanged", typeof(CatalogEvent.ProductChanged)),
        ("productRetired", typeof(CatalogEvent.ProductRetired)));

    public static JsonTypeInfo<CatalogEvent> Fact { get; } = (JsonTypeInfo<CatalogEvent>)Stored.GetTypeInfo(typeof(CatalogEvent));

    public static JsonTypeInfo<CatalogState> State { get; } = (JsonTypeInfo<CatalogState>)Stored.GetTypeInfo(typeof(CatalogState));

    public static JsonTypeInfo<CatalogEntry> Entry { get; } = (JsonTypeInfo<CatalogEntry>)Stored.GetTypeInfo(typeof(CatalogEntry));

    public static JsonTypeInfo<Product[]> Products { get; } = (JsonTypeInfo<Product[]>)Stored.GetTypeInfo(typeof(Product[]));
}
