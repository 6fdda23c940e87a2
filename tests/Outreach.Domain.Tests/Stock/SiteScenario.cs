using System.Globalization;
using NodaTime;
using Outreach.Domain.Access;
using Outreach.Domain.Catalog;
using Outreach.Domain.Encounters;
using Outreach.Domain.Recording;
using Outreach.Domain.Sites;
using Outreach.Domain.Stock;

namespace Outreach.Domain.Tests.Stock;

/// <summary>A site in a test: the facts so far, the state after them, and methods that create requests.</summary>
internal sealed class SiteScenario
{
    public static readonly Instant Noon = Instant.FromUtc(2026, 3, 10, 16, 0);
    public static readonly LocalDate Today = new(2026, 3, 10);
    public static readonly DateTimeZone Zone = DateTimeZoneProviders.Tzdb["America/New_York"];
    public static readonly ProductId Spray = new("spray");
    public static readonly ProductId Syringe = new("syringe");
    public static readonly SiteId Van = new("van-1");
    public static readonly Submitter Ana = new(new PersonId("ana"), new EnrolledDeviceId("phone-of-ana"));

    public static readonly ReferenceData Reference = new(Zone, new Dictionary<string, Product>
    {
        ["spray"] = Product(Spray, Category.OverdoseReversal, doses: 2, items: 2, lots: true),
        ["syringe"] = Product(Syringe, Category.Syringes, doses: 0, items: 10, lots: false),
    });

    private int requests;

    public StockState State { get; private set; } = StockState.Empty;

    public List<(StockEvent Fact, Instant At)> Facts { get; } = [];

    public Dictionary<Guid, EncounterHistory> Histories { get; } = [];

    public Instant Now { get; set; } = Noon;

    public static Product Product(ProductId id, Category category, int doses, int items, bool lots) =>
        new(id, id.Value, category, Form.Item, "", doses, items, "unit", [], [], lots, lots, false);

    public static Encounter Encounter(params ReadOnlySpan<HandedOut> lines) =>
        new(Id(77), Van, Noon, HandedOut: EquatableList.Create(lines));

    public static HandedOut Line(ProductId product, int units, string lot = "") => new(product, new Quantity(units), new LotNumber(lot));

    public static IncomingEncounter Incoming(Encounter encounter) => new(encounter, HashOf(encounter.GetHashCode()));

    public static ContentHash HashOf(int number) => new(Id(number));

    /// <summary>Returns a version 7 UUID with the time <see cref="Noon"/>.</summary>
    public static Guid Id(int number) => Id(number, Noon);

    public static Guid Id(int number, Instant time) =>
        Guid.ParseExact($"{time.ToUnixTimeMilliseconds():x12}7000{0x8000:x4}{number & 0x7FFF_FFFF:x12}", "N");

    public static LocalDate Day(string text) => LocalDate.FromDateTime(DateTime.Parse(text, CultureInfo.InvariantCulture));

    /// <summary>Applies facts.</summary>
    public SiteScenario Given(params ReadOnlySpan<StockEvent> facts)
    {
        foreach (var fact in facts)
        {
            Facts.Add((fact, Now));
            State = State.Apply(fact, Now);
            if (fact is EncounterEvent about && fact.GetIdempotencyKeys().Record is { } id)
                Histories[id] = about.ApplyTo(History(id), Facts.Count, Now);
        }

        return this;
    }

    public SiteScenario Received(ProductId product, int units, string lot = "", string expires = "")
    {
        var decided = Receive(product, units, lot, expires);
        Assert.Null(decided.Refusal);
        return Given([.. decided.Facts]);
    }

    public Decision<StockEvent> Receive(ProductId product, int units, string lot = "", string expires = "") =>
        StockRules.Receive(
            State,
            new Receipt(
                Id(10_000 + ++requests), HashOf(requests), product, new Quantity(units), new LotNumber(lot),
                expires.Length == 0 ? null : Day(expires)),
            Reference.Products[product.Value],
            Zone,
            Now);

    public EncounterEvent.EncounterLogged Logged(Encounter encounter, Duration clockCorrection = default)
    {
        var fact = EncounterRules.Log(State, Incoming(encounter), Reference, clockCorrection, Ana);
        Given(fact);
        return fact;
    }

    public Decision<StockEvent> Settle(ProductId product, int units, LotNumber? lot = null) =>
        StockRules.Settle(
            State, new Settlement(Id(20_000 + ++requests), HashOf(requests), product, new Quantity(units), new ActorId("ana"), new Reason("counted"), lot), Now);

    public Decision<StockEvent> Void(Guid id, ChangeRequest? change = null) => EncounterRules.Void(State, History(id), change ?? Change());

    public Decision<StockEvent> Correct(Encounter corrected, ChangeRequest? change = null, ReferenceData? referenceData = null) =>
        EncounterRules.Correct(State, History(corrected.Id), change ?? Change(), corrected, referenceData ?? Reference);

    public SiteScenario Apply(Decision<StockEvent> decided)
    {
        Assert.Null(decided.Refusal);
        return Given([.. decided.Facts]);
    }

    public ChangeRequest Change() => new(Id(30_000 + ++requests), HashOf(requests), new ActorId("ana"), new Reason("typed wrong"));

    public EncounterHistory History(Guid id) => Histories.GetValueOrDefault(id, EncounterHistory.Empty);

    public long OnHand(ProductId product) => State.GetShelf(product).OnHand();

    public long UnitsInLot(ProductId product, string lot = "") => State.GetShelf(product).Find(new LotNumber(lot))?.Units ?? 0;

    public List<Movement> Movements()
    {
        var moved = new List<Movement>();
        foreach (var (fact, _) in Facts)
            fact.AddMovements(moved);
        return moved;
    }
}
