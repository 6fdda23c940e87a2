using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using NodaTime;
using Outreach.Domain.Sites;
using Outreach.Domain.Stock;

namespace Outreach.Server.Stock;

/// <summary>How a site's facts, snapshots and documents are stored.</summary>
/// <remarks>
/// What is at its default is left out: most of an encounter is not said. A <c>kind</c> tells the facts apart. Stored for
/// ever: members are added, never renamed or removed, and the defaults of their constructors never change.
/// </remarks>
[JsonSerializable(typeof(StockEvent))]
[JsonSerializable(typeof(StockEvent.StockReceived))]
[JsonSerializable(typeof(StockEvent.EncounterLogged))]
[JsonSerializable(typeof(StockEvent.EncounterHeld))]
[JsonSerializable(typeof(StockEvent.HeldReleased))]
[JsonSerializable(typeof(StockEvent.HandOverBegun))]
[JsonSerializable(typeof(StockEvent.HandOverRefused))]
[JsonSerializable(typeof(StockEvent.HeldDropped))]
[JsonSerializable(typeof(StockEvent.EncounterCorrected))]
[JsonSerializable(typeof(StockEvent.EncounterVoided))]
[JsonSerializable(typeof(StockEvent.ShortfallSettled))]
[JsonSerializable(typeof(StockEvent.LotExpired))]
[JsonSerializable(typeof(StockState))]
[JsonSerializable(typeof(HeldDocument))]
[JsonSerializable(typeof(AmendedDocument))]
[JsonSerializable(typeof(HandedOut))]
[JsonSerializable(typeof(Issue))]
[JsonSerializable(typeof(Taken))]
[JsonSerializable(typeof(Shortfall))]
[JsonSerializable(typeof(Lot))]
[JsonSerializable(typeof(Amendment))]
[JsonSerializable(typeof(HoldReason))]
[JsonSerializable(typeof(Service))]
[JsonSerializable(typeof(ReferralKind))]
[JsonSerializable(typeof(RefillReason))]
[JsonSerializable(typeof(MedicationForm))]
[JsonSerializable(typeof(OverdoseOutcome))]
[JsonSerializable(typeof(SuspectedDrug))]
[JsonSerializable(typeof(OverdoseSign))]
internal sealed partial class StockJson : JsonSerializerContext
{
    /// <summary>What each sort of fact is called, for ever.</summary>
    public static IReadOnlyList<(string Kind, Type Fact)> Kinds { get; } =
    [
        ("logged", typeof(StockEvent.EncounterLogged)),
        ("held", typeof(StockEvent.EncounterHeld)),
        ("released", typeof(StockEvent.HeldReleased)),
        ("handOverBegun", typeof(StockEvent.HandOverBegun)),
        ("handOverRefused", typeof(StockEvent.HandOverRefused)),
        ("dropped", typeof(StockEvent.HeldDropped)),
        ("corrected", typeof(StockEvent.EncounterCorrected)),
        ("voided", typeof(StockEvent.EncounterVoided)),
        ("received", typeof(StockEvent.StockReceived)),
        ("settled", typeof(StockEvent.ShortfallSettled)),
        ("lotExpired", typeof(StockEvent.LotExpired)),
    ];

    private static readonly JsonSerializerOptions Stored = Configure();

    public static JsonTypeInfo<StockEvent> Fact { get; } = Of<StockEvent>();

    public static JsonTypeInfo<StockState> State { get; } = Of<StockState>();

    public static JsonTypeInfo<HeldDocument> Held { get; } = Of<HeldDocument>();

    public static JsonTypeInfo<AmendedDocument> Amended { get; } = Of<AmendedDocument>();

    private static JsonTypeInfo<T> Of<T>() => (JsonTypeInfo<T>)Stored.GetTypeInfo(typeof(T));

    private static JsonSerializerOptions Configure() => DomainJson.Configure(new JsonSerializerOptions
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
        IgnoreReadOnlyProperties = true,
        // Stored and shown as text of its own, never inside HTML.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        TypeInfoResolver = new StockJson().WithAddedModifier(TellApart),
        // Before those for all of the domain: the first that fits is used.
        Converters = { new InstantForm(), new DayForm() },
    });

    private static void TellApart(JsonTypeInfo info)
    {
        if (info.Type != typeof(StockEvent))
            return;

        info.PolymorphismOptions = new JsonPolymorphismOptions { TypeDiscriminatorPropertyName = "kind" };
        foreach (var (kind, fact) in Kinds)
            info.PolymorphismOptions.DerivedTypes.Add(new JsonDerivedType(fact, kind));
    }
}

/// <summary>A held record as the view keeps it.</summary>
/// <param name="Record">What was held.</param>
/// <param name="HeldAt">When.</param>
/// <param name="SettledAt">When a person settled it; null while it waits.</param>
/// <param name="ReleasingTo">The site that it is being handed over to; the default where it is not.</param>
internal sealed record HeldDocument(
    HeldRecord Record, Instant HeldAt, Instant? SettledAt = null, ActorId Actor = default, string Reason = "", SiteId ReleasingTo = default);

/// <summary>An encounter that was changed, as the view keeps it.</summary>
/// <param name="Now">What it says and how it counts, or did until it was voided.</param>
/// <param name="Version">The version that changed it last.</param>
internal sealed record AmendedDocument(Original Original, Entry Now, bool Voided, long Version, Outreach.Domain.Few<Amendment> Amendments);
