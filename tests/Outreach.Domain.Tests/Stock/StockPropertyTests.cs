using CsCheck;
using NodaTime;
using Outreach.Domain.Catalog;
using Outreach.Domain.Encounters;
using Outreach.Domain.Recording;
using Outreach.Domain.Stock;
using static Outreach.Domain.Tests.Stock.SiteScenario;

namespace Outreach.Domain.Tests.Stock;

/// <summary>Invariants of a site after any history.</summary>
public class StockPropertyTests
{
    private static readonly ProductId[] Products = [Spray, Syringe];
    private static readonly string[] Lots = ["a", "b", "c"];
    private static readonly string[] Expiries = ["2026-01-31", "2026-03-10", "2027-01-31"];

    /// <summary>Steps at a site: the operation (receive, void, correct, settle or log), the product, lot or encounter, and the units.</summary>
    private static readonly Gen<(int Operation, int Which, int Other, int Units)[]> AnyHistory =
        Gen.Select(Gen.Int[0, 5], Gen.Int[0, 2], Gen.Int[0, 2], Gen.Int[1, 20]).Array[0, 60];

    [Fact]
    public void On_hand_is_the_sum_of_all_movements() =>
        AnyHistory.Sample(steps =>
        {
            var site = Play(steps);
            return Array.TrueForAll(Products, product =>
                site.OnHand(product) == site.Movements().Where(movement => movement.Product == product).Sum(movement => movement.Units));
        });

    [Fact]
    public void No_lot_or_shortfall_is_ever_negative() =>
        AnyHistory.Sample(steps => Play(steps).State.Shelves.Values.All(
            shelf => shelf.Shortfall >= 0 && shelf.Lots.All(lot => lot.Units > 0) && shelf.Emptied.All(lot => lot.Units == 0)));

    [Fact]
    public void On_hand_is_received_plus_settled_without_a_lot_minus_handed_out() =>
        AnyHistory.Sample(steps =>
        {
            var site = Play(steps);
            return Array.TrueForAll(Products, product => site.OnHand(product) == ReceivedAndSettled(site, product) - HandedOutNow(site, product));
        });

    [Fact]
    public void A_replay_from_any_point_equals_a_replay_from_the_start() =>
        Gen.Select(AnyHistory, Gen.Double[0, 1]).Sample((steps, share) =>
        {
            var site = Play(steps);
            var count = (int)(site.Facts.Count * share);
            var snapshot = Fold(StockState.Empty, site.Facts.Take(count));
            var resumed = Fold(snapshot, site.Facts.Skip(count));
            return AreEqual(resumed, site.State) && AreEqual(Fold(StockState.Empty, site.Facts), site.State);
        });

    [Fact]
    public void After_voiding_every_encounter_only_receipts_and_settlements_count() =>
        AnyHistory.Sample(steps =>
        {
            var site = Play(steps);
            foreach (var history in site.Histories.Values.Where(history => !history.Voided).ToList())
                site.Apply(site.Void(history.Current!.Encounter.Id));
            return Array.TrueForAll(Products, product => site.OnHand(product) == ReceivedAndSettled(site, product));
        });

    [Fact]
    public void A_correction_has_the_same_balance_as_voiding_and_logging_again() =>
        Gen.Select(AnyHistory, Gen.Int[1, 20]).Sample((steps, units) =>
        {
            var site = Play(steps);
            var encounter = Encounter(Line(Spray, 6), Line(Syringe, 3));
            site.Logged(encounter);
            var other = encounter with { HandedOut = [Line(Spray, units)] };
            var corrected = Play(steps);
            corrected.Logged(encounter);

            corrected.Apply(corrected.Correct(other));
            site.Apply(site.Void(encounter.Id)).Logged(other);

            return Array.TrueForAll(Products, product => site.OnHand(product) == corrected.OnHand(product));
        });

    private static SiteScenario Play((int Operation, int Which, int Other, int Units)[] steps)
    {
        var site = new SiteScenario();
        for (var i = 0; i < steps.Length; i++)
            ApplyStep(site, steps[i], i);
        return site;
    }

    private static void ApplyStep(SiteScenario site, (int Operation, int Which, int Other, int Units) step, int number)
    {
        var product = Products[step.Which % 2];
        var lot = product == Spray ? Lots[step.Other] : "";
        var encounter = site.Histories.Values.ElementAtOrDefault(step.Which * 3 + step.Other)?.Current?.Encounter;
        var decided = (step.Operation, encounter) switch
        {
            (0, _) => site.Receive(product, step.Units, lot, product == Spray ? Expiries[step.Other] : ""),
            (1, { } one) => site.Void(one.Id),
            (2, { } one) => site.Correct(one with { HandedOut = [Line(product, step.Units)] }),
            (3, _) => site.Settle(product, step.Units, step.Other == 0 ? null : new LotNumber(lot)),
            _ => new Decision<StockEvent>([Log(site, step, product, lot, number)]),
        };
        site.Given([.. decided.Facts]);
    }

    private static StockEvent Log(SiteScenario site, (int Operation, int Which, int Other, int Units) step, ProductId product, string lot, int number)
    {
        var lotNumber = step.Operation == 5 ? lot : "";
        var encounter = Encounter(Line(product, step.Units, lotNumber), Line(Spray, step.Other + 1)) with { Id = Id(1_000 + number) };
        return EncounterRules.Log(site.State, Incoming(encounter), Reference, Duration.Zero, null);
    }

    private static long ReceivedAndSettled(SiteScenario site, ProductId product) => site.Facts.Sum(fact => fact.Fact switch
    {
        StockEvent.StockReceived received when received.Product == product => received.Units.Units,
        StockEvent.ShortfallSettled { Lot: null } settled when settled.Product == product => settled.Units.Units,
        _ => 0,
    });

    private static long HandedOutNow(SiteScenario site, ProductId product) =>
        site.Histories.Values.Where(history => !history.Voided)
            .Sum(history => history.Current!.Encounter.HandedOut.Where(line => line.Product == product).Sum(line => line.Units.Units));

    private static StockState Fold(StockState state, IEnumerable<(StockEvent Fact, Instant At)> facts) =>
        facts.Aggregate(state, (folded, fact) => folded.Apply(fact.Fact, fact.At));

    private static bool AreEqual(StockState left, StockState right) =>
        left.Ids == right.Ids
        && left.Shelves.Count == right.Shelves.Count
        && left.Shelves.All(shelf => right.Shelves.TryGetValue(shelf.Key, out var other) && other == shelf.Value);
}
