using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Outreach.Domain.Encounters;
using Outreach.Domain.Stock;
using Outreach.Server.Recording;
using Outreach.Server.Stock;

namespace Outreach.Server.Encounters;

/// <summary>The stored form of encounter and stock events and of the documents of their views.</summary>
/// <inheritdoc cref="StockJson" path="/remarks"/>
[JsonSerializable(typeof(EncounterEvent.EncounterLogged))]
[JsonSerializable(typeof(EncounterEvent.EncounterHeld))]
[JsonSerializable(typeof(EncounterEvent.HeldRecordReleased))]
[JsonSerializable(typeof(EncounterEvent.HandOverBegun))]
[JsonSerializable(typeof(EncounterEvent.HandOverRefused))]
[JsonSerializable(typeof(EncounterEvent.HeldRecordDropped))]
[JsonSerializable(typeof(EncounterEvent.EncounterCorrected))]
[JsonSerializable(typeof(EncounterEvent.EncounterVoided))]
[JsonSerializable(typeof(HeldDocument))]
[JsonSerializable(typeof(AmendedDocument))]
[JsonSerializable(typeof(HandedOut))]
[JsonSerializable(typeof(LineAllocation))]
[JsonSerializable(typeof(Amendment))]
[JsonSerializable(typeof(HoldReason))]
[JsonSerializable(typeof(Service))]
[JsonSerializable(typeof(ReferralKind))]
[JsonSerializable(typeof(RefillReason))]
[JsonSerializable(typeof(MedicationForm))]
[JsonSerializable(typeof(OverdoseOutcome))]
[JsonSerializable(typeof(SuspectedDrug))]
[JsonSerializable(typeof(OverdoseSign))]
[JsonSerializable(typeof(QuestionAnswer))]
internal sealed partial class EncounterJson : JsonSerializerContext
{
    /// <summary>The stored name of each event type in a site's stream. It must never change.</summary>
    public static IReadOnlyList<(string Kind, Type Fact)> Kinds { get; } =
    [
        .. StockJson.Kinds,
        ("logged", typeof(EncounterEvent.EncounterLogged)),
        ("held", typeof(EncounterEvent.EncounterHeld)),
        ("released", typeof(EncounterEvent.HeldRecordReleased)),
        ("handOverBegun", typeof(EncounterEvent.HandOverBegun)),
        ("handOverRefused", typeof(EncounterEvent.HandOverRefused)),
        ("dropped", typeof(EncounterEvent.HeldRecordDropped)),
        ("corrected", typeof(EncounterEvent.EncounterCorrected)),
        ("voided", typeof(EncounterEvent.EncounterVoided)),
    ];

    private static readonly JsonSerializerOptions Stored = StockJson.CreateOptions(
        JsonTypeInfoResolver.Combine(StockJson.Resolver, new EncounterJson().WithStoredNames(EncounterStoredNames.All)).WithKinds<StockEvent>(Kinds));

    public static JsonTypeInfo<StockEvent> Fact { get; } = GetTypeInfo<StockEvent>();

    public static JsonTypeInfo<HeldDocument> Held { get; } = GetTypeInfo<HeldDocument>();

    public static JsonTypeInfo<AmendedDocument> Amended { get; } = GetTypeInfo<AmendedDocument>();

    private static JsonTypeInfo<T> GetTypeInfo<T>() => (JsonTypeInfo<T>)Stored.GetTypeInfo(typeof(T));
}

/// <summary>Members that were first stored under another name.</summary>
file static class EncounterStoredNames
{
    public static readonly IReadOnlyList<(Type Type, string Member, string StoredName)> All =
    [
        (typeof(Encounter), nameof(Encounter.DeviceTime), "saidAt"),
        (typeof(LineAllocation), nameof(LineAllocation.DosesPerUnit), "doses"),
        (typeof(LineAllocation), nameof(LineAllocation.ItemsPerUnit), "items"),
        (typeof(LineAllocation), nameof(LineAllocation.IsSyringes), "syringes"),
        (typeof(CountedEncounter), nameof(CountedEncounter.ClockCorrection), "shift"),
        (typeof(CountedEncounter), nameof(CountedEncounter.Allocations), "issues"),
        (typeof(EncounterEvent.EncounterLogged), nameof(EncounterEvent.EncounterLogged.Counted), "entry"),
        (typeof(EncounterEvent.HandOverBegun), nameof(EncounterEvent.HandOverBegun.Encounter), "said"),
        (typeof(EncounterEvent.HandOverBegun), nameof(EncounterEvent.HandOverBegun.EncounterContent), "saidContent"),
        (typeof(EncounterEvent.HandOverBegun), nameof(EncounterEvent.HandOverBegun.ClockCorrection), "shift"),
        (typeof(EncounterEvent.EncounterCorrected), nameof(EncounterEvent.EncounterCorrected.UnmatchedReturns), "unbooked"),
        (typeof(EncounterEvent.EncounterVoided), nameof(EncounterEvent.EncounterVoided.UnmatchedReturns), "unbooked"),
        (typeof(HeldRecord), nameof(HeldRecord.Json), "text"),
        (typeof(HeldRecord), nameof(HeldRecord.ClockCorrection), "shift"),
        (typeof(HeldRecordRelease), nameof(HeldRecordRelease.HeldAtSite), "heldAt"),
        (typeof(AmendedDocument), nameof(AmendedDocument.Current), "now"),
    ];
}
