using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Outreach.Domain.Recording;
using Outreach.Domain.Stock;
using Outreach.Server.Recording;

namespace Outreach.Server.Stock;

/// <summary>How events and snapshots of stock are stored.</summary>
/// <remarks>
/// Members at their defaults are left out: most of an encounter is not said. A <c>kind</c> tells the events apart. Stored for
/// ever: members are added, never renamed or removed, and the defaults of their constructors never change.
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
    /// <summary>The stored name of each kind of event, for ever.</summary>
    public static IReadOnlyList<(string Kind, Type Fact)> Kinds { get; } =
    [
        ("received", typeof(StockEvent.StockReceived)),
        ("settled", typeof(StockEvent.ShortfallSettled)),
        ("lotExpired", typeof(StockEvent.LotExpired)),
    ];

    public static IJsonTypeInfoResolver Resolver { get; } = new StockJson().WithStoredNames(StockStoredNames.All);

    public static JsonTypeInfo<StockState> State { get; } = (JsonTypeInfo<StockState>)CreateOptions(Resolver).GetTypeInfo(typeof(StockState));

    /// <summary>The options that everything in the stream of a site is stored with.</summary>
    public static JsonSerializerOptions CreateOptions(IJsonTypeInfoResolver resolver) => DomainJson.Configure(new JsonSerializerOptions
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
        IgnoreReadOnlyProperties = true,
        // Stored and shown as text of its own, never inside HTML.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        TypeInfoResolver = resolver,
        // Before those for all of the domain: the first that fits is used.
        Converters = { new InstantConverter(), new LocalDateConverter() },
    });
}

/// <summary>Members that were first stored under another name.</summary>
file static class StockStoredNames
{
    public static readonly IReadOnlyList<(Type Type, string Member, string StoredName)> All =
    [
        (typeof(KnownIdFilter), nameof(KnownIdFilter.LatestEvicted), "crowded"),
        (typeof(Lot), nameof(Lot.FirstReceivedOn), "since"),
    ];
}
