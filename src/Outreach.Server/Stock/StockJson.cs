using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using NodaTime;
using Outreach.Domain.Encounters;
using Outreach.Domain.Recording;
using Outreach.Domain.Sites;
using Outreach.Domain.Stock;
using Outreach.Server.Recording;

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
[JsonSerializable(typeof(LineAllocation))]
[JsonSerializable(typeof(LotAllocation))]
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

    private static readonly IJsonTypeInfoResolver Resolver = new StockJson().WithStoredNames(StockStoredNames.All).WithAddedModifier(AddKindDiscriminator);

    private static readonly JsonSerializerOptions Stored = Configure();

    public static JsonTypeInfo<StockEvent> Fact { get; } = TypeInfoOf<StockEvent>();

    public static JsonTypeInfo<StockState> State { get; } = TypeInfoOf<StockState>();

    public static JsonTypeInfo<HeldDocument> Held { get; } = TypeInfoOf<HeldDocument>();

    public static JsonTypeInfo<AmendedDocument> Amended { get; } = TypeInfoOf<AmendedDocument>();

    private static JsonTypeInfo<T> TypeInfoOf<T>() => (JsonTypeInfo<T>)Stored.GetTypeInfo(typeof(T));

    private static JsonSerializerOptions Configure() => DomainJson.Configure(new JsonSerializerOptions
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
        IgnoreReadOnlyProperties = true,
        // Stored and shown as text of its own, never inside HTML.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        TypeInfoResolver = Resolver,
        // Before those for all of the domain: the first that fits is used.
        Converters = { new InstantConverter(), new LocalDateConverter() },
    });

    private static void AddKindDiscriminator(JsonTypeInfo info)
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
/// <param name="Current">What it says and how it counts, or did until it was voided.</param>
/// <param name="Version">The version that changed it last.</param>
internal sealed record AmendedDocument(OriginalRecording Original, CountedEncounter Current, bool Voided, long Version, Outreach.Domain.EquatableList<Amendment> Amendments);

/// <summary>Members of stock and encounters that were first stored under another name.</summary>
file static class StockStoredNames
{
    public static readonly IReadOnlyList<(Type Type, string Member, string StoredName)> All =
    [
        (typeof(Encounter), nameof(Encounter.DeviceTime), "saidAt"),
        (typeof(LineAllocation), nameof(LineAllocation.DosesPerUnit), "doses"),
        (typeof(LineAllocation), nameof(LineAllocation.ItemsPerUnit), "items"),
        (typeof(LineAllocation), nameof(LineAllocation.IsSyringes), "syringes"),
        (typeof(CountedEncounter), nameof(CountedEncounter.ClockCorrection), "shift"),
        (typeof(CountedEncounter), nameof(CountedEncounter.Allocations), "issues"),
        (typeof(KnownIdFilter), nameof(KnownIdFilter.LatestEvicted), "crowded"),
        (typeof(Lot), nameof(Lot.FirstReceivedOn), "since"),
        (typeof(StockEvent.EncounterLogged), nameof(StockEvent.EncounterLogged.Counted), "entry"),
        (typeof(StockEvent.HandOverBegun), nameof(StockEvent.HandOverBegun.Encounter), "said"),
        (typeof(StockEvent.HandOverBegun), nameof(StockEvent.HandOverBegun.EncounterContent), "saidContent"),
        (typeof(StockEvent.HandOverBegun), nameof(StockEvent.HandOverBegun.ClockCorrection), "shift"),
        (typeof(StockEvent.EncounterCorrected), nameof(StockEvent.EncounterCorrected.UnmatchedReturns), "unbooked"),
        (typeof(StockEvent.EncounterVoided), nameof(StockEvent.EncounterVoided.UnmatchedReturns), "unbooked"),
        (typeof(HeldRecord), nameof(HeldRecord.Json), "text"),
        (typeof(HeldRecord), nameof(HeldRecord.ClockCorrection), "shift"),
        (typeof(Release), nameof(Release.HeldAtSite), "heldAt"),
        (typeof(AmendedDocument), nameof(AmendedDocument.Current), "now"),
    ];
}
