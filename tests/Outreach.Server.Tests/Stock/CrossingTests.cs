using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using Orleans.Serialization;
using Outreach.Domain;
using Outreach.Domain.Access;
using Outreach.Domain.Catalog;
using Outreach.Domain.Sites;
using Outreach.Domain.Stock;
using Outreach.Server.Hosting;

namespace Outreach.Server.Tests.Stock;

/// <summary>What a site's grain takes and gives, where it lives on another node.</summary>
public class CrossingTests
{
    private static readonly ServiceProvider Services =
        new ServiceCollection().AddSerializer(serializer => serializer.AddDomainCodec()).BuildServiceProvider();

    private static readonly ContentHash Content = new(Guid.Parse("5f0c2a9e-7b11-4f5e-9c3d-2a1b3c4d5e6f"));
    private static readonly Few<HoldReason> Reasons = [new HoldReason(HoldCode.UnknownSite, "site_id", "No site has the id.")];

    [Fact]
    public void A_batch_crosses_whole()
    {
        var batch = new Batch([new Sent(Samples.Whole, Content), new Sent(Samples.Whole, Content, Reasons, "{}")], Duration.FromMinutes(-3), new Signature(new PersonId("ana"), new EnrolledId("d-1")));

        // What could not be read is at its default, and crosses too.
        var nowhere = new Batch([new Sent(Samples.Whole with { Site = default, HandedOut = [default] }, Content, Reasons, "{}")], default, new Signature(new PersonId("ana")));

        Assert.Equal(batch, Cross(batch));
        Assert.Equal(nowhere, Cross(nowhere));
        Assert.Same(batch, Services.GetRequiredService<DeepCopier<Batch>>().Copy(batch));
    }

    [Fact]
    public void Replies_cross_in_their_order()
    {
        Few<Reply> replies =
        [
            new Reply(Became.Recorded, 7, [new Shortfall(new ProductId("spray"), 2)]), new Reply(Became.Held, 8, default, Reasons), Reply.Conflicting,
        ];

        Assert.Equal(replies, Cross(replies));
        Assert.Equal(replies, Services.GetRequiredService<DeepCopier<Few<Reply>>>().Copy(replies));
    }

    [Fact]
    public void Requests_and_their_outcomes_cross()
    {
        var change = new Change(Guid.NewGuid(), Content, new ActorId("ana"), new Reason("typed wrong"));
        var release = new Release(change.RequestId, new SiteId("van-1"), change.Actor, change.Reason);
        var lot = new Lot(new LotNumber("a"), new LocalDate(2027, 1, 31), 5);
        Outcome<Shelved> shelved = new Shelved(3, Instant.FromUnixTimeTicks(1), new Shelf([lot], [lot with { Number = default, ExpiresOn = null }], 2));
        Outcome<Amended> amended = new Amended(0, Reasons);

        Assert.Equal(change, Cross(change));
        Assert.Equal(release, Cross(release));
        Assert.Equal(shelved, Cross(shelved));
        Assert.Equal(amended, Cross(amended));
        Assert.Null(Cross<Sent?>(null));
    }

    [Fact]
    public void Receipts_settlements_and_expiries_cross()
    {
        var receipt = new Receipt(Guid.NewGuid(), Content, new ProductId("spray"), new Quantity(5));
        var full = receipt with
        {
            Lot = new LotNumber("a"), ExpiresOn = new LocalDate(2027, 1, 31), OccurredAt = Instant.FromUnixTimeTicks(1), Source = "x", Actor = new ActorId("ana"),
        };
        var settlement = new Settlement(Guid.NewGuid(), Content, new ProductId("spray"), new Quantity(5), new ActorId("ana"), new Reason("found"));
        var expired = new StockEvent.LotExpired(new ProductId("spray"), new LotNumber("a"), new LocalDate(2027, 1, 31));

        Assert.Equal(receipt, Cross(receipt));
        Assert.Equal(full, Cross(full));
        Assert.Equal(settlement, Cross(settlement));
        Assert.Equal(settlement with { Lot = default(LotNumber) }, Cross(settlement with { Lot = default(LotNumber) }));
        Assert.Equal(expired, Cross(expired));
    }

    private static T Cross<T>(T value)
    {
        var serializer = Services.GetRequiredService<Serializer<T>>();
        return serializer.Deserialize(serializer.SerializeToArray(value))!;
    }
}
