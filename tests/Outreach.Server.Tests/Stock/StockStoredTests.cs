using System.Text.Json;
using CsCheck;
using NodaTime;
using NodaTime.Text;
using Outreach.Domain.Access;
using Outreach.Domain.Encounters;
using Outreach.Domain.Recording;
using Outreach.Domain.Stock;
using Outreach.Server.Encounters;
using Outreach.Server.Ledger;
using Outreach.Server.Stock;

namespace Outreach.Server.Tests.Stock;

public class StockStoredTests
{
    private const string Slice = "Stock";

    public static TheoryData<string> Files => [.. GoldenFiles.Names(Slice)];

    [Theory]
    [MemberData(nameof(Files))]
    public void A_golden_file_is_read_as_its_fact(string file) =>
        Assert.Equal(StockEventSamples.All[file], GoldenFiles.Read(Slice, file, EncounterJson.Fact));

    [Theory]
    [MemberData(nameof(Files))]
    public void A_fact_is_written_as_in_its_golden_file(string file) =>
        GoldenFiles.AssertWrittenAs(Slice, file, StockEventSamples.All[file], EncounterJson.Fact);

    [Fact]
    public void A_snapshot_is_read_as_the_state_that_was_written()
    {
        var state = StockState.Empty;
        foreach (var fact in StockEventSamples.All.Values)
            state = state.Apply(fact, Instant.FromUtc(2026, 3, 10, 16, 0));

        var read = JsonSerializer.Deserialize(JsonSerializer.Serialize(state, StockJson.State), StockJson.State)!;

        Assert.Equal(state.Shelves, read.Shelves);
        Assert.Equal(state.Ids, read.Ids);
    }

    [Fact]
    public void Instants_and_dates_are_written_in_ISO_format() =>
        Gen.Long[-62_135_596_800, 253_402_300_799].Select(Gen.Int[0, 999_999_999], Gen.Int[0, 3]).Sample((seconds, nanos, trim) =>
        {
            var moment = Instant.FromUnixTimeSeconds(seconds).PlusNanoseconds(nanos - (nanos % (int)Math.Pow(1_000, trim)));
            var lot = new StockEvent.LotExpired(new Domain.Catalog.ProductId("spray"), default, moment.InUtc().Date);
            var logged = new EncounterEvent.EncounterLogged(
                new CountedEncounter(new Encounter(StockEventSamples.FullEncounter.Id, StockEventSamples.FullEncounter.Site, moment), lot.ExpiresOn), default);

            var written = JsonSerializer.Serialize<StockEvent>(logged, EncounterJson.Fact);

            Assert.Contains($"\"{InstantPattern.ExtendedIso.Format(moment)}\"", written, StringComparison.Ordinal);
            Assert.Contains($"\"{LocalDatePattern.Iso.Format(lot.ExpiresOn)}\"", written, StringComparison.Ordinal);
            Assert.Equal(logged, JsonSerializer.Deserialize(written, EncounterJson.Fact));
        });

    [Fact]
    public void An_ordinary_encounter_is_small()
    {
        var said = StockEventSamples.FullEncounter with
        {
            Returned = new SyringesReturned(12), Bulk = null, Referrals = [], Provenance = null, Overdose = null, RefillReasons = [], PeopleTrained = 0,
            Participant = null, Others = 0, OnBehalfOf = OnBehalfOf.Self, HandedOut = [StockEventSamples.FullEncounter.HandedOut[0] with { Lot = default }],
        };
        var fact = new EncounterEvent.EncounterLogged(
            new CountedEncounter(said, new LocalDate(2026, 3, 10), default, [new LineAllocation(2, 2, false, [new LotAllocation(3, new LotNumber("A1"))])]),
            new ContentHash(Guid.NewGuid()),
            By: new Submitter(new PersonId("ana-1"), new EnrolledDeviceId(Guid.NewGuid().ToString())));

        Assert.InRange(JsonSerializer.SerializeToUtf8Bytes(fact, EncounterJson.Fact).Length, 1, 600);
    }

    [Fact]
    public void A_lot_received_expired_keeps_the_promise_of_an_earlier_receipt()
    {
        var at = Instant.FromUtc(2026, 3, 10, 16, 0);
        var received = ((StockEvent.StockReceived)StockEventSamples.All["received-1"]) with { ExpiredFrom = at };

        Assert.Equal(at.ToUnixTimeTicks(), PromiseAt(received, at - NodaTime.Duration.FromTicks(1)));
        Assert.Null(PromiseAt(received, at));

        static long? PromiseAt(StockEvent.StockReceived received, Instant recordedAt)
        {
            var definition = new EncounterStreamDefinition();
            var effects = new AppendEffects(new ViewRegistry([definition]));
            definition.Project(new RecordedFact<StockEvent>("van-1", 1, recordedAt, received), effects);
            return Assert.Single(effects.Promises).DueAt;
        }
    }
}
