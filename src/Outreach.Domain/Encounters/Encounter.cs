using NodaTime;
using Outreach.Domain.Catalog;
using Outreach.Domain.Questions;
using Outreach.Domain.Recording;
using Outreach.Domain.Sites;
using Outreach.Domain.Stock;

namespace Outreach.Domain.Encounters;

/// <summary>A contact between a program and one person or, in bulk, many people. Nothing about the person is required.</summary>
/// <param name="Id">The id, created by the device before its first attempt; unique within its site.</param>
/// <param name="Site">The site where it counts; the default value if the text that was sent is not a site id, and then it does not count.</param>
/// <param name="DeviceTime">When it occurred, by the device's clock.</param>
/// <param name="Device">The device; the default value if not known.</param>
/// <param name="Sequence">The device's number for the record, from 1; 0 if the device does not number its records.</param>
/// <param name="Location">The kind of place.</param>
/// <param name="HandedOut">What was handed out, at most <see cref="MaxLines"/> lines.</param>
/// <param name="Returned">Used syringes that were returned; null if none were.</param>
/// <param name="OnBehalfOf">Whom the supplies are for.</param>
/// <param name="Others">The number of other people they are for, 0 to 1,000; 0 if not known.</param>
/// <param name="Bulk">Set if the record stands for many people; otherwise null.</param>
/// <param name="Services">Services given, each at most once.</param>
/// <param name="Referrals">Kinds of referral made, each at most once.</param>
/// <param name="PeopleTrained">People trained in responding to an overdose, 0 to 10,000.</param>
/// <param name="Participant">The keyed hash of an anonymous participant code; null if none was given.</param>
/// <param name="Overdose">The overdose that was reported; null if none was.</param>
/// <param name="RefillReasons">Why supplies are being replaced, each at most once.</param>
/// <param name="Provenance">The source of an imported record; null if it was entered.</param>
/// <param name="Answers">Answers to the program's own questions, at most <see cref="MaxAnswers"/>, each question at most once.</param>
public sealed record Encounter(
    Guid Id,
    SiteId Site,
    Instant DeviceTime,
    ReportedDeviceId Device = default,
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
    /// <summary>The maximum number of lines of one encounter.</summary>
    public const int MaxLines = 100;

    /// <summary>The most answers that one encounter may have.</summary>
    public const int MaxAnswers = 20;
}

/// <summary>An answer that was chosen. Neither the question nor the answer needs to be known.</summary>
public readonly record struct QuestionAnswer(QuestionId Question, AnswerId Answer);

/// <summary>A quantity of one product that was handed out.</summary>
/// <param name="Product">The product.</param>
/// <param name="Units">Units of issue, 1 or more.</param>
/// <param name="Lot">The lot it was taken from; with the default value, lots are chosen by first expired, first out.</param>
public readonly record struct HandedOut(ProductId Product, Quantity Units, LotNumber Lot = default);

/// <summary>Used syringes that were returned.</summary>
/// <param name="Count">The number of syringes, 0 to 1,000,000, counted or computed from the weight.</param>
/// <param name="Weight">The weight; null if they were counted.</param>
public sealed record SyringesReturned(int Count, SyringeWeight? Weight = null);

/// <summary>Used syringes by weight.</summary>
/// <param name="Grams">The total weight in grams, 1 to 10,000,000.</param>
/// <param name="MilligramsEach">The weight of one syringe with its share of the container in milligrams, 100 to 100,000.</param>
public sealed record SyringeWeight(int Grams, int MilligramsEach)
{
    /// <summary>The number of syringes, rounded to the nearest integer, halves up.</summary>
    public long Count() => (Grams * 1_000L + MilligramsEach / 2) / MilligramsEach;
}

/// <summary>A record that stands for many people.</summary>
/// <param name="People">The number of people, 0 to 100,000.</param>
/// <param name="LastDay">The last day of its period, at most 366 days after the day it occurred; null if it covers one day.</param>
public sealed record Bulk(int People, LocalDate? LastDay = null)
{
    /// <summary>The maximum number of days from the first to the last day of a record's period.</summary>
    public const int MaxDays = 366;
}

/// <summary>An anonymous report of an overdose. Counts are from 0 to 1,000.</summary>
/// <param name="Seen">Overdoses seen.</param>
/// <param name="Reversals">People who were revived: the reversals that figures count.</param>
/// <param name="DosesUsed">Doses given.</param>
/// <param name="FormsUsed">Forms of the medication that were given, each at most once.</param>
/// <param name="MillilitresInjected">Millilitres injected, more than 0 and at most 100; null if not known.</param>
/// <param name="RescueBreathing">Whether rescue breathing or chest compressions were given.</param>
/// <param name="EmergencyServicesCalled">Whether emergency services were called.</param>
/// <param name="NotCalled">Why they were not called.</param>
/// <param name="Outcomes">What happened to the person, each at most once.</param>
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

/// <summary>The source of an imported record.</summary>
/// <param name="Source">The file or system, 1 to 100 characters.</param>
/// <param name="Reference">The row or record in it, at most 100 characters.</param>
/// <param name="Remarks">What could not be used and why, at most 20, each at most 200 characters.</param>
public sealed record Provenance(string Source, string Reference = "", EquatableList<string> Remarks = default);
