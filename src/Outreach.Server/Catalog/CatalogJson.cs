using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using NodaTime;
using Outreach.Domain.Catalog;
using Outreach.Domain.Recording.Settings;
using Outreach.Server.Recording;

namespace Outreach.Server.Catalog;

/// <summary>The stored form of the catalog.</summary>
[JsonSerializable(typeof(CatalogEvent))]
[JsonSerializable(typeof(CatalogEvent.ProductAdded))]
[JsonSerializable(typeof(CatalogEvent.ProductChanged))]
[JsonSerializable(typeof(CatalogEvent.ProductRetired))]
[JsonSerializable(typeof(CatalogState))]
[JsonSerializable(typeof(Product[]))]
[JsonSerializable(typeof(Instant?))]
internal sealed partial class CatalogJson : JsonSerializerContext
{
    private static readonly JsonSerializerOptions Stored = DomainJson.ForFacts<CatalogEvent>(
        new CatalogJson().WithStoredNames((typeof(Versioned<Product>), nameof(Versioned<>.Value), "product")).WithAddedModifier(AddRetiredAt),
        ("productAdded", typeof(CatalogEvent.ProductAdded)),
        ("productChanged", typeof(CatalogEvent.ProductChanged)),
        ("productRetired", typeof(CatalogEvent.ProductRetired)));

    public static JsonTypeInfo<CatalogEvent> Fact { get; } = (JsonTypeInfo<CatalogEvent>)Stored.GetTypeInfo(typeof(CatalogEvent));

    public static JsonTypeInfo<CatalogState> State { get; } = (JsonTypeInfo<CatalogState>)Stored.GetTypeInfo(typeof(CatalogState));

    public static JsonTypeInfo<Versioned<Product>> Document { get; } = (JsonTypeInfo<Versioned<Product>>)Stored.GetTypeInfo(typeof(Versioned<Product>));

    public static JsonTypeInfo<Product[]> Products { get; } = (JsonTypeInfo<Product[]>)Stored.GetTypeInfo(typeof(Product[]));

    /// <summary>Stored products also contain when they were retired. That is their last change, so it is not read back.</summary>
    private static void AddRetiredAt(JsonTypeInfo info)
    {
        if (info.Type != typeof(Versioned<Product>))
            return;
        var retiredAt = info.CreateJsonPropertyInfo(typeof(Instant?), "retiredAt");
        retiredAt.Get = product => ((Versioned<Product>)product).GetRetiredAt();
        info.Properties.Add(retiredAt);
    }
}
