using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Outreach.Domain.Recording;
using Outreach.Domain.Stock;
using Outreach.Server.Recording;

namespace Outreach.Server.Stock;

/// <summary>The stored form of stock events and snapshots.</summary>
/// <remarks>
/// Members with their default values are left out, because most fields of an encounter are not set. A <c>kind</c> names the
/// event type. The form is permanent: members are added, never renamed or removed, and the default values of constructor
/// parameters never change.
/// </remarks>
[JsonSerializable(typeof(StockEvent))]
[JsonSerializable(typeof(StockEvent.StockReceived))]
[JsonSerializable(typeof(StockEvent.ShortfallSettled))]
[JsonSerializable(typeof(StockEvent.LotExpired))]
[JsonSerializable(typeof(StockState))]
[JsonSerializable(typeof(LotAllocation))]
[JsonSerializable(typeof(Shortfall))]
[JsonSerializable(typeof(Lot))]
internal sealed partial class StockJson : JsonSerializerContext
{
    /// <summary>The stored name of each event type. It must never change.</summary>
    public static IReadOnlyList<(string Kind, Type Fact)> Kinds { get; } =
    [
        ("received", typeof(StockEvent.StockReceived)),
        ("settled", typeof(StockEvent.ShortfallSettled)),
        ("lotExpired", typeof(StockEvent.LotExpired)),
    ];

    public static IJsonTypeInfoResolver Resolver { get; } = new StockJson().WithStoredNames(StockStoredNames.All);

    public static JsonTypeInfo<StockState> State { get; } = (JsonTypeInfo<StockState>)CreateOptions(Resolver).GetTypeInfo(typeof(StockState));

    /// <summary>The options for everything in the stream of a site.</summary>
    public static JsonSerializerOptions CreateOptions(IJsonTypeInfoResolver resolver) => DomainJson.Configure(new JsonSerializerOptions
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
        IgnoreReadOnlyProperties = true,
        // Safe, because the JSON is never embedded in HTML.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        TypeInfoResolver = resolver,
        // Added before the converters of the domain, because the first matching converter is used.
        Converters = { new InstantConverter(), new LocalDateConverter() },
    });
}

/// <summary>Members with another stored name.</summary>
file static class StockStoredNames
{
    public static readonly IReadOnlyList<(Type Type, string Member, string StoredName)> All =
    [
        (typeof(KnownIdFilter), nameof(KnownIdFilter.LatestEvicted), "crowded"),
        (typeof(Lot), nameof(Lot.FirstReceivedOn), "since"),
    ];
}
