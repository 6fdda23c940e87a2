using NodaTime;
using Outreach.Domain;
using Outreach.Domain.Access;
using Outreach.Domain.Catalog;
using Outreach.Domain.Sites;
using Outreach.Domain.Stock;

namespace Outreach.Server.Tests.Stock;

/// <summary>One of every fact, with everything that it can say, by the name of its golden file.</summary>
internal static class Samples
{
    private static readonly Guid Id = Guid.Parse("01957f3a-6c00-7000-8000-000000000001");
    private static readonly Guid Request = Guid.Parse("01957f3a-6c00-7000-8000-000000000002");
    private static readonly ContentHash Content = new(Guid.Parse("5f0c2a9e-7b11-4f5e-9c3d-2a1b3c4d5e6f"));
    private static readonly Instant At = Instant.FromUtc(2026, 3, 10, 16, 0, 1).PlusNanoseconds(500);
    private static readonly SiteId Van = new("van-1");
    private static readonly ProductId Spray = new("naloxone-nasal-4mg");
    private static readonly LotNumber Lot = new("A1/b");
    private static readonly ActorId Ana = new("ana");
    private static readonly Reason Why = new("typed \"wrong\"");

    public static readonly Encounter Whole = new(
        Id,
        Van,
        At,
        new DeviceId("phone-1"),
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
            Answer.Yes,
            Answer.No,
            NotCalledReason.FearOfPolice,
            [OverdoseOutcome.PersonOk],
            [SuspectedDrug.Fentanyl, SuspectedDrug.Xylazine],
            [OverdoseSign.Breathing]),
        [RefillReason.Used],
        new Provenance("exchanges-2019.csv", "row 12", ["43101 millilitres is no dose."]));

    private static readonly Entry Entry = new(
        Whole,
        new LocalDate(2026, 3, 10),
        Duration.FromSeconds(-180),
        [new Issue(2, 2, false, [new Taken(2, Lot)], 1), new Issue(0, 1, true, [new Taken(10)])]);

    private static readonly Entry Bare = new(new Encounter(Id, Van, At), new LocalDate(2026, 3, 10));

    private static readonly HeldRecord Record = new(
        Id,
        Content,
        """{ "encounterId": "01957f3a-6c00-7000-8000-000000000001", "siteId": "van-1" }""",
        [new HoldReason(HoldCode.UnknownSite, "site_id", "No site has the id 'van-1'."), new HoldReason(HoldCode.ImpossibleQuantity, "others", "is 0 to 1000; this is -1.")],
        Duration.FromMinutes(3),
        Whole.Participant,
        Whole.Device,
        17);

    private static readonly Signature Phone = new(new PersonId("ana"), new EnrolledId("d-01957f3a"));
    private static readonly Original First = new(7, At, At);
    private static readonly Amendment Before = new(Request, At, Ana, Why, Bare.Encounter, true);
    private static readonly Few<Shortfall> Unbooked = [new Shortfall(Spray, 1)];

    public static readonly IReadOnlyDictionary<string, StockEvent> All = new SortedDictionary<string, StockEvent>(StringComparer.Ordinal)
    {
        ["logged-1"] = new StockEvent.EncounterLogged(Entry, Content, new Release(Request, Van, Ana, Why)),
        ["logged-1-bare"] = new StockEvent.EncounterLogged(Bare, Content),
        ["logged-2"] = new StockEvent.EncounterLogged(Bare, Content, null, Phone),
        ["logged-2-vouched"] = new StockEvent.EncounterLogged(Bare, Content, null, new Signature(new PersonId("ana"))),
        ["held-1"] = new StockEvent.EncounterHeld(Record),
        ["held-2"] = new StockEvent.EncounterHeld(new HeldRecord(Id, Content, "{}", [], By: Phone)),
        ["released-1"] = new StockEvent.HeldReleased(Content, Record, At, new SiteId("van-2"), new Release(Request, Van, Ana, Why)),
        ["handOverBegun-1"] = new StockEvent.HandOverBegun(
            Content, Record, At, Whole, Content, new Release(Request, Van, Ana, Why), Duration.FromMinutes(3)),
        ["handOverBegun-1-bare"] = new StockEvent.HandOverBegun(
            Content, Record, At, new Encounter(Id, Van, At), Content, new Release(Request, default, Ana, Why)),
        ["handOverRefused-1"] = new StockEvent.HandOverRefused(
            Record, At, new SiteId("van-2"), new Release(Request, Van, Ana, Why), "Site 'van-2' has another record under the id."),
        ["dropped-1"] = new StockEvent.HeldDropped(Request, Content, Record, At, Ana, Why),
        ["corrected-1"] = new StockEvent.EncounterCorrected(Request, Content, First, Entry, Bare, Ana, Why, Unbooked, [Before]),
        ["corrected-2"] = new StockEvent.EncounterCorrected(Request, Content, First with { By = Phone }, Bare, Bare, Ana, Why),
        ["voided-1"] = new StockEvent.EncounterVoided(Request, Content, First, Bare, Ana, Why, Unbooked, [Before]),
        ["received-1"] = new StockEvent.StockReceived(
            Request, Content, Spray, new Quantity(12), At, Lot, new LocalDate(2027, 1, 31), At, "Health department", Ana,
            new Shelf([new Domain.Stock.Lot(Lot, new LocalDate(2027, 1, 31), 12, true)], default, 3)),
        ["received-2"] = new StockEvent.StockReceived(
            Request, Content, Spray, new Quantity(12), At, Lot, new LocalDate(2027, 1, 31), At, "Health department", Ana,
            new Shelf([new Domain.Stock.Lot(Lot, new LocalDate(2027, 1, 31), 12, true, new LocalDate(2026, 3, 10))], default, 3), new LocalDate(2026, 3, 10)),
        ["received-1-bare"] = new StockEvent.StockReceived(Request, Content, Spray, new Quantity(12), At),
        ["settled-1"] = new StockEvent.ShortfallSettled(Request, Content, Spray, new Quantity(1), At, Ana, Why, Lot, new Shelf()),
        ["settled-1-one-shelf"] = new StockEvent.ShortfallSettled(Request, Content, Spray, new Quantity(1), At, Ana, Why, default(LotNumber)),
        ["settled-1-never-booked"] = new StockEvent.ShortfallSettled(Request, Content, Spray, new Quantity(1), At, Ana, Why),
        ["lotExpired-1"] = new StockEvent.LotExpired(Spray, Lot, new LocalDate(2027, 1, 31)),
    };
}
