using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using Orleans.Serialization;
using Outreach.Domain;
using Outreach.Domain.Access;
using Outreach.Domain.Catalog;
using Outreach.Domain.Encounters;
using Outreach.Domain.Recording;
using Outreach.Domain.Sites;
using Outreach.Domain.Stock;
using Outreach.Server.Hosting;

namespace Outreach.Server.Tests.Stock;

/// <summary>What a site's grain takes and gives, where it lives on another node.</summary>
public class GrainSerializationTests
{
    private static readonly ServiceProvider Services =
        new ServiceCollection().AddSerializer(serializer => serializer.AddDomainCodec()).BuildServiceProvider();

    private static readonly ContentHash Content = new(Guid.Parse("5f0c2a9e-7b11-4f5e-9c3d-2a1b3c4d5e6f"));
    private static readonly EquatableList<HoldReason> Reasons = [new HoldReason(HoldCode.UnknownSite, "site_id", "No site has the id.")];

    [Fact]
    public void A_batch_round_trips()
    {
        var batch = new EncounterBatch([new IncomingEncounter(StockEventSamples.FullEncounter, Content), new IncomingEncounter(StockEventSamples.FullEncounter, Content, Reasons, "{}")], Duration.FromMinutes(-3), new Submitter(new PersonId("ana"), new EnrolledDeviceId("d-1")));

        // What could not be read is at its default, and crosses too.
        var nowhere = new EncounterBatch([new IncomingEncounter(StockEventSamples.FullEncounter with { Site = default, HandedOut = [default] }, Content, Reasons, "{}")], default, new Submitter(new PersonId("ana")));

        Assert.Equal(batch, RoundTrip(batch));
        Assert.Equal(nowhere, RoundTrip(nowhere));
        Assert.Same(batch, Services.GetRequiredService<DeepCopier<EncounterBatch>>().Copy(batch));
    }

    [Fact]
    public void A_record_whose_JSON_is_written_when_needed_crosses_with_it()
    {
        var incoming = IncomingEncounter.WellFormed(StockEventSamples.FullEncounter, Content, encounter => $"{{ \"site\": \"{encounter.Site}\" }}");

        Assert.Equal(new IncomingEncounter(StockEventSamples.FullEncounter, Content, [], """{ "site": "van-1" }"""), RoundTrip(incoming));
    }

    [Fact]
    public void Replies_round_trip_in_order()
    {
        EquatableList<RecordResult> replies =
        [
            new RecordResult(RecordOutcome.Recorded, 7, [new Shortfall(new ProductId("spray"), 2)]), new RecordResult(RecordOutcome.Held, 8, default, Reasons), RecordResult.Conflicting,
        ];

        Assert.Equal(replies, RoundTrip(replies));
        Assert.Equal(replies, Services.GetRequiredService<DeepCopier<EquatableList<RecordResult>>>().Copy(replies));
    }

    [Fact]
    public void Requests_and_results_round_trip()
    {
        var change = new ChangeRequest(Guid.NewGuid(), Content, new ActorId("ana"), new Reason("typed wrong"));
        var release = new HeldRecordRelease(change.RequestId, new SiteId("van-1"), change.Actor, change.Reason);
        var lot = new Lot(new LotNumber("a"), new LocalDate(2027, 1, 31), 5);
        Result<ReceiptResult> shelved = new ReceiptResult(3, Instant.FromUnixTimeTicks(1), new Shelf([lot], [lot with { Number = default, ExpiresOn = null }], 2));
        Result<AmendmentResult> amended = new AmendmentResult(0, Reasons);

        Assert.Equal(change, RoundTrip(change));
        Assert.Equal(release, RoundTrip(release));
        Assert.Equal(shelved, RoundTrip(shelved));
        Assert.Equal(amended, RoundTrip(amended));
        Assert.Null(RoundTrip<IncomingEncounter?>(null));
    }

    [Fact]
    public void Receipts_settlements_and_expiries_round_trip()
    {
        var receipt = new Receipt(Guid.NewGuid(), Content, new ProductId("spray"), new Quantity(5));
        var full = receipt with
        {
            Lot = new LotNumber("a"), ExpiresOn = new LocalDate(2027, 1, 31), OccurredAt = Instant.FromUnixTimeTicks(1), Source = "x", Actor = new ActorId("ana"),
        };
        var settlement = new Settlement(Guid.NewGuid(), Content, new ProductId("spray"), new Quantity(5), new ActorId("ana"), new Reason("found"));
        var expired = new StockEvent.LotExpired(new ProductId("spray"), new LotNumber("a"), new LocalDate(2027, 1, 31));

        Assert.Equal(receipt, RoundTrip(receipt));
        Assert.Equal(full, RoundTrip(full));
        Assert.Equal(settlement, RoundTrip(settlement));
        Assert.Equal(settlement with { Lot = default(LotNumber) }, RoundTrip(settlement with { Lot = default(LotNumber) }));
        Assert.Equal(expired, RoundTrip(expired));
    }

    private static T RoundTrip<T>(T value)
    {
        var serializer = Services.GetRequiredService<Serializer<T>>();
        return serializer.Deserialize(serializer.SerializeToArray(value))!;
    }
}
