using NodaTime;
using Outreach.Domain;
using Outreach.Domain.Access;
using Outreach.Domain.Catalog;
using Outreach.Domain.Encounters;
using Outreach.Domain.Questions;
using Outreach.Domain.Recording;
using Outreach.Domain.Sites;
using Outreach.Domain.Stock;

namespace Outreach.Server.Tests.Stock;

/// <summary>One of every fact, with everything that it can say, by the name of its golden file.</summary>
internal static class StockEventSamples
{
    private static readonly Guid Id = Guid.Parse("01957f3a-6c00-7000-8000-000000000001");
    private static readonly Guid Request = Guid.Parse("01957f3a-6c00-7000-8000-000000000002");
    private static readonly ContentHash Content = new(Guid.Parse("5f0c2a9e-7b11-4f5e-9c3d-2a1b3c4d5e6f"));
    private static readonly Instant At = Instant.FromUtc(2026, 3, 10, 16, 0, 1).PlusNanoseconds(500);
    private static readonly SiteId Van = new("van-1");
    private static readonly ProductId Spray = new("naloxone-nasal-4mg");
    private static readonly LotNumber Lot = new("A1/b");
    private static readonly ActorId Ana = new("ana");
    private static readonly Reason WhyReason = new("typed \"wrong\"");

    public static readonly Encounter FullEncounter = new(
        Id,
        Van,
        At,
        new ReportedDeviceId("phone-1"),
        17,
        LocationType.Street,
        [new HandedOut(Spray, new Quantity(3), Lot), new HandedOut(new ProductId("syringe"), new Quantity(10))],
        new SyringesReturned(333, new SyringeWeight(1_000, 3_000)),
        OnBehalfOf.SelfAndOthers,
        4,
        new Bulk(40, new LocalDate(2026, 3, 31)),
        [Service.Education, Service.WoundCare],
        [ReferralKind.Medication],
        2,
        new ParticipantKey(Guid.Parse("00112233-4455-6677-8899-aabbccddeeff")),
        new OverdoseReport(
            2,
            1,
            3,
            [MedicationForm.Nasal],
            0.5,
            YesNoUnknown.Yes,
            YesNoUnknown.No,
            NotCalledReason.FearOfPolice,
            [OverdoseOutcome.PersonOk],
            [SuspectedDrug.Fentanyl, SuspectedDrug.Xylazine],
            [OverdoseSign.Breathing]),
        [RefillReason.Used],
        new Provenance("exchanges-2019.csv", "row 12", ["43101 millilitres is no dose."]));

    private static readonly CountedEncounter Entry = new(
        FullEncounter,
        new LocalDate(2026, 3, 10),
        Duration.FromSeconds(-180),
        [new LineAllocation(2, 2, false, [new LotAllocation(2, Lot)], 1), new LineAllocation(0, 1, true, [new LotAllocation(10)])]);

    private static readonly CountedEncounter BareEncounter = new(new Encounter(Id, Van, At), new LocalDate(2026, 3, 10));

    /// <summary>The answers that an encounter can have since there are questions.</summary>
    public static readonly EquatableList<QuestionAnswer> Answers = [new QuestionAnswer(new QuestionId("age-band"), new AnswerId("25-up"))];

    private static readonly HeldRecord Record = new(
        Id,
        Content,
        """{ "encounterId": "01957f3a-6c00-7000-8000-000000000001", "siteId": "van-1" }""",
        [new HoldReason(HoldCode.UnknownSite, "site_id", "No site has the id 'van-1'."), new HoldReason(HoldCode.ImpossibleQuantity, "others", "is 0 to 1000; this is -1.")],
        Duration.FromMinutes(3),
        FullEncounter.Participant,
        FullEncounter.Device,
        17);

    private static readonly Submitter Phone = new(new PersonId("ana"), new EnrolledDeviceId("d-01957f3a"));
    private static readonly OriginalRecording First = new(7, At, At);
    private static readonly Amendment EarlierAmendment = new(Request, At, Ana, WhyReason, BareEncounter.Encounter, true);
    private static readonly EquatableList<Shortfall> OpenShortfalls = [new Shortfall(Spray, 1)];

    public static readonly IReadOnlyDictionary<string, StockEvent> All = new SortedDictionary<string, StockEvent>(StringComparer.Ordinal)
    {
        ["logged-1"] = new EncounterEvent.EncounterLogged(Entry, Content, new HeldRecordRelease(Request, Van, Ana, WhyReason)),
        ["logged-1-bare"] = new EncounterEvent.EncounterLogged(BareEncounter, Content),
        ["logged-2"] = new EncounterEvent.EncounterLogged(BareEncounter, Content, null, Phone),
        ["logged-2-vouched"] = new EncounterEvent.EncounterLogged(BareEncounter, Content, null, new Submitter(new PersonId("ana"))),
        ["logged-3"] = new EncounterEvent.EncounterLogged(BareEncounter with { Encounter = BareEncounter.Encounter with { Answers = Answers } }, Content),
        ["held-1"] = new EncounterEvent.EncounterHeld(Record),
        ["held-2"] = new EncounterEvent.EncounterHeld(new HeldRecord(Id, Content, "{}", [], By: Phone)),
        ["released-1"] = new EncounterEvent.HeldRecordReleased(Content, Record, At, new SiteId("van-2"), new HeldRecordRelease(Request, Van, Ana, WhyReason)),
        ["handOverBegun-1"] = new EncounterEvent.HandOverBegun(
            Content, Record, At, FullEncounter, Content, new HeldRecordRelease(Request, Van, Ana, WhyReason), Duration.FromMinutes(3)),
        ["handOverBegun-1-bare"] = new EncounterEvent.HandOverBegun(
            Content, Record, At, new Encounter(Id, Van, At), Content, new HeldRecordRelease(Request, default, Ana, WhyReason)),
        ["handOverRefused-1"] = new EncounterEvent.HandOverRefused(
            Record, At, new SiteId("van-2"), new HeldRecordRelease(Request, Van, Ana, WhyReason), "Site 'van-2' has another record under the id."),
        ["dropped-1"] = new EncounterEvent.HeldRecordDropped(Request, Content, Record, At, Ana, WhyReason),
        ["corrected-1"] = new EncounterEvent.EncounterCorrected(Request, Content, First, Entry, BareEncounter, Ana, WhyReason, OpenShortfalls, [EarlierAmendment]),
        ["corrected-2"] = new EncounterEvent.EncounterCorrected(Request, Content, First with { By = Phone }, BareEncounter, BareEncounter, Ana, WhyReason),
        ["voided-1"] = new EncounterEvent.EncounterVoided(Request, Content, First, BareEncounter, Ana, WhyReason, OpenShortfalls, [EarlierAmendment]),
        ["received-1"] = new StockEvent.StockReceived(
            Request, Content, Spray, new Quantity(12), At, Lot, new LocalDate(2027, 1, 31), At, "Health department", Ana,
            new Shelf([new Domain.Stock.Lot(Lot, new LocalDate(2027, 1, 31), 12, true)], default, 3)),
        ["received-2"] = new StockEvent.StockReceived(
            Request, Content, Spray, new Quantity(12), At, Lot, new LocalDate(2027, 1, 31), At, "Health department", Ana,
            new Shelf([new Domain.Stock.Lot(Lot, new LocalDate(2027, 1, 31), 12, true, new LocalDate(2026, 3, 10))], default, 3), new LocalDate(2026, 3, 10)),
        ["received-1-bare"] = new StockEvent.StockReceived(Request, Content, Spray, new Quantity(12), At),
        ["settled-1"] = new StockEvent.ShortfallSettled(Request, Content, Spray, new Quantity(1), At, Ana, WhyReason, Lot, new Shelf()),
        ["settled-1-one-shelf"] = new StockEvent.ShortfallSettled(Request, Content, Spray, new Quantity(1), At, Ana, WhyReason, default(LotNumber)),
        ["settled-1-never-booked"] = new StockEvent.ShortfallSettled(Request, Content, Spray, new Quantity(1), At, Ana, WhyReason),
        ["lotExpired-1"] = new StockEvent.LotExpired(Spray, Lot, new LocalDate(2027, 1, 31)),
    };
}
