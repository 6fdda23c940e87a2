using NodaTime;
using Outreach.Domain.Catalog;
using Outreach.Domain.Questions;
using Outreach.Domain.Recording;
using Outreach.Domain.Sites;
using Outreach.Domain.Stock;

namespace Outreach.Domain.Encounters;

/// <summary>What happened between a program and one person or, in bulk, many, as it was told. Nothing about the person is required.</summary>
/// <param name="Id">Made by the device before its first attempt; told apart within its site.</param>
/// <param name="Site">Where it counts; the default where what was said can be no site's id, which keeps it from counting.</param>
/// <param name="DeviceTime">When it happened, by the device's clock.</param>
/// <param name="Device">The device; the default where none is told apart.</param>
/// <param name="Sequence">The device's own count of its records, from 1; 0 where it does not count.</param>
/// <param name="Location">Where it took place.</param>
/// <param name="HandedOut">What was handed out, at most <see cref="MaxLines"/> lines.</param>
/// <param name="Returned">Used syringes that came back; null where none did.</param>
/// <param name="OnBehalfOf">Whom the supplies are for.</param>
/// <param name="Others">How many others they are for, 0 to 1,000; 0 is not known.</param>
/// <param name="Bulk">Present where the record stands for many people.</param>
/// <param name="Services">Services given, each at most once.</param>
/// <param name="Referrals">Kinds of referral made, each at most once.</param>
/// <param name="PeopleTrained">People trained in responding to an overdose, 0 to 10,000.</param>
/// <param name="Participant">The keyed hash of an anonymous code; null without one.</param>
/// <param name="Overdose">An overdose that was reported; null where none was.</param>
/// <param name="RefillReasons">Why supplies are being replaced, each at most once.</param>
/// <param name="Provenance">Where an imported record comes from; null for one that was entered.</param>
/// <param name="Answers">Answers to the program's own questions, at most <see cref="MaxAnswers"/>, each question at most once.</param>
public sealed record Encounter(
    Guid Id,
    SiteId Site,
    Instant DeviceTime,
    DeviceId Device = default,
    long Sequence = 0,
    LocationType Location = LocationType.NotSaid,
    EquatableList<HandedOut> HandedOut = default,
    SyringesReturned? Returned = null,
    OnBehalfOf OnBehalfOf = OnBehalfOf.NotSaid,
    int Others = 0,
    Bulk? Bulk = null,
    EquatableList<Service> Services = default,
    EquatableList<ReferralKind> Referrals = default,
    int PeopleTrained = 0,
    ParticipantKey? Participant = null,
    OverdoseReport? Overdose = null,
    EquatableList<RefillReason> RefillReasons = default,
    Provenance? Provenance = null,
    EquatableList<QuestionAnswer> Answers = default)
{
    /// <summary>The most lines that one encounter may hand out.</summary>
    public const int MaxLines = 100;

    /// <summary>The most answers that one encounter may have.</summary>
    public const int MaxAnswers = 20;
}

/// <summary>An answer that was chosen. Neither the question nor the answer needs to be known.</summary>
public readonly record struct QuestionAnswer(QuestionId Question, AnswerId Answer);

/// <summary>A line of what was handed out.</summary>
/// <param name="Product">What.</param>
/// <param name="Units">Units of issue, 1 or more.</param>
/// <param name="Lot">The lot it came from; the default: the first to expire is assumed.</param>
public readonly record struct HandedOut(ProductId Product, Quantity Units, LotNumber Lot = default);

/// <summary>Used syringes that came back.</summary>
/// <param name="Count">How many, 0 to 1,000,000: counted, or computed from the weight.</param>
/// <param name="Weight">The weight; null where they were counted.</param>
public sealed record SyringesReturned(int Count, SyringeWeight? Weight = null);

/// <summary>Used syringes by weight.</summary>
/// <param name="Grams">Grams in all, 1 to 10,000,000.</param>
/// <param name="MilligramsEach">Milligrams of one syringe with its share of the container, 100 to 100,000.</param>
public sealed record SyringeWeight(int Grams, int MilligramsEach)
{
    /// <summary>How many syringes weigh that, rounded to the nearest, a half upwards.</summary>
    public long Count() => (Grams * 1_000L + MilligramsEach / 2) / MilligramsEach;
}

/// <summary>A record that stands for many people.</summary>
/// <param name="People">How many, 0 to 100,000.</param>
/// <param name="LastDay">The last day it stands for, at most 366 days after the day it occurred; null: that one day.</param>
public sealed record Bulk(int People, LocalDate? LastDay = null)
{
    /// <summary>The most days after its first that a record may stand for.</summary>
    public const int MaxDays = 366;
}

/// <summary>An overdose that was reported; it needs no identity. Counts are from 0 to 1,000.</summary>
/// <param name="Seen">Overdoses seen.</param>
/// <param name="Reversals">People who were revived: the reversals that are counted.</param>
/// <param name="DosesUsed">Doses given.</param>
/// <param name="FormsUsed">Forms of the medication that were given, each at most once.</param>
/// <param name="MillilitresInjected">Millilitres injected, above 0 to 100; null where not said.</param>
/// <param name="RescueBreathing">Whether rescue breathing or chest compressions were given.</param>
/// <param name="EmergencyServicesCalled">Whether emergency services were called.</param>
/// <param name="NotCalled">Why they were not.</param>
/// <param name="Outcomes">What became of it, each at most once.</param>
/// <param name="SuspectedDrugs">Drugs that were suspected, each at most once.</param>
/// <param name="Signs">Signs that were seen, each at most once.</param>
public sealed record OverdoseReport(
    int Seen = 0,
    int Reversals = 0,
    int DosesUsed = 0,
    EquatableList<MedicationForm> FormsUsed = default,
    double? MillilitresInjected = null,
    YesNoUnknown RescueBreathing = YesNoUnknown.NotKnown,
    YesNoUnknown EmergencyServicesCalled = YesNoUnknown.NotKnown,
    NotCalledReason NotCalled = NotCalledReason.NotSaid,
    EquatableList<OverdoseOutcome> Outcomes = default,
    EquatableList<SuspectedDrug> SuspectedDrugs = default,
    EquatableList<OverdoseSign> Signs = default);

/// <summary>Where an imported record comes from.</summary>
/// <param name="Source">The file or system, 1 to 100 characters.</param>
/// <param name="Reference">The row or record in it, at most 100 characters.</param>
/// <param name="Remarks">What could not be used and why, at most 20, each at most 200 characters.</param>
public sealed record Provenance(string Source, string Reference = "", EquatableList<string> Remarks = default);
