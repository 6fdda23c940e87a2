using System.Text.Json;
using CsCheck;
using NodaTime;
using NodaTime.Text;
using Outreach.Domain.Access;
using Outreach.Domain.Stock;
using Outreach.Server.Ledger;
using Outreach.Server.Stock;
using Entry = Outreach.Domain.Stock.Entry;

namespace Outreach.Server.Tests.Stock;

public class StockStoredTests
{
    private const string Slice = "Stock";

    public static TheoryData<string> Files => [.. StoredForms.Of(Slice)];

    [Theory]
    [MemberData(nameof(Files))]
    public void What_was_stored_is_read_as_what_it_was(string file) =>
        Assert.Equal(Samples.All[file], StoredForms.Read(Slice, file, StockJson.Fact));

    [Theory]
    [MemberData(nameof(Files))]
    public void A_fact_is_written_as_it_was_stored(string file) =>
        StoredForms.AssertWrittenAs(Slice, file, Samples.All[file], StockJson.Fact);

    [Fact]
    public void Every_fact_there_is_has_a_stored_form()
    {
        var facts = typeof(StockEvent).GetNestedTypes().Where(type => type.IsSubclassOf(typeof(StockEvent))).OrderBy(type => type.Name).ToList();

        Assert.Equal(facts, Samples.All.Where(sample => StoredForms.Of(Slice).Contains(sample.Key)).Select(sample => sample.Value.GetType()).Distinct().OrderBy(type => type.Name));
        Assert.Equal(facts, StockJson.Kinds.Select(kind => kind.Fact).OrderBy(type => type.Name));
    }

    [Fact]
    public void A_state_is_read_from_a_snapshot_as_it_was()
    {
        var state = StockState.Empty;
        foreach (var fact in Samples.All.Values)
            state = state.Apply(fact, Instant.FromUtc(2026, 3, 10, 16, 0));

        var read = JsonSerializer.Deserialize(JsonSerializer.Serialize(state, StockJson.State), StockJson.State)!;

        Assert.Equal(state.Shelves, read.Shelves);
        Assert.Equal(state.Ids, read.Ids);
    }

    [Fact]
    public void Moments_and_days_are_written_as_everywhere_else() =>
        Gen.Long[-62_135_596_800, 253_402_300_799].Select(Gen.Int[0, 999_999_999], Gen.Int[0, 3]).Sample((seconds, nanos, trim) =>
        {
            var moment = Instant.FromUnixTimeSeconds(seconds).PlusNanoseconds(nanos - (nanos % (int)Math.Pow(1_000, trim)));
            var lot = new StockEvent.LotExpired(new Domain.Catalog.ProductId("spray"), default, moment.InUtc().Date);
            var logged = new StockEvent.EncounterLogged(
                new Entry(new Encounter(Samples.Whole.Id, Samples.Whole.Site, moment), lot.ExpiresOn), default);

            var written = JsonSerializer.Serialize<StockEvent>(logged, StockJson.Fact);

            Assert.Contains($"\"{InstantPattern.ExtendedIso.Format(moment)}\"", written, StringComparison.Ordinal);
            Assert.Contains($"\"{LocalDatePattern.Iso.Format(lot.ExpiresOn)}\"", written, StringComparison.Ordinal);
            Assert.Equal(logged, JsonSerializer.Deserialize(written, StockJson.Fact));
        });

    [Fact]
    public void An_ordinary_encounter_is_small()
    {
        var said = Samples.Whole with
        {
            Returned = new SyringesReturned(12), Bulk = null, Referrals = [], Provenance = null, Overdose = null, RefillReasons = [], PeopleTrained = 0,
            Participant = null, Others = 0, OnBehalfOf = OnBehalfOf.Self, HandedOut = [Samples.Whole.HandedOut[0] with { Lot = default }],
        };
        var fact = new StockEvent.EncounterLogged(
            new Entry(said, new LocalDate(2026, 3, 10), default, [new Issue(2, 2, false, [new Taken(3, new LotNumber("A1"))])]),
            new ContentHash(Guid.NewGuid()),
            By: new Signature(new PersonId("ana-1"), new EnrolledId(Guid.NewGuid().ToString())));

        Assert.InRange(JsonSerializer.SerializeToUtf8Bytes(fact, StockJson.Fact).Length, 1, 600);
    }

    [Fact]
    public void A_lot_that_comes_in_expired_keeps_what_an_earlier_receipt_promised()
    {
        var at = Instant.FromUtc(2026, 3, 10, 16, 0);
        var received = ((StockEvent.StockReceived)Samples.All["received-1"]) with { ExpiredFrom = at };

        Assert.Equal(at.ToUnixTimeTicks(), PromiseAt(received, at - NodaTime.Duration.FromTicks(1)));
        Assert.Null(PromiseAt(received, at));

        static long? PromiseAt(StockEvent.StockReceived received, Instant recordedAt)
        {
            var family = new StockFamily();
            var effects = new Gathered(new ViewCatalog([family]));
            family.Describe(new Recorded<StockEvent>("van-1", 1, recordedAt, received), effects);
            return Assert.Single(effects.Promises).DueAt;
        }
    }
}
