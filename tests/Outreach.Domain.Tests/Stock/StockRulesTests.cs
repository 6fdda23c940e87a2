using NodaTime;
using Outreach.Domain.Recording;
using Outreach.Domain.Stock;
using static Outreach.Domain.Tests.Stock.SiteScenario;

namespace Outreach.Domain.Tests.Stock;

public class StockRulesTests
{
    [Fact]
    public void A_receipt_records_the_expiry_and_the_resulting_shelf()
    {
        var received = Assert.IsType<StockEvent.StockReceived>(Assert.Single(new SiteScenario().Receive(Spray, 5, "a", "2026-06-30").Facts));

        Assert.Equal(Instant.FromUtc(2026, 7, 1, 4, 0), received.ExpiredFrom);
        Assert.Equal([new Lot(new LotNumber("a"), new LocalDate(2026, 6, 30), 5, FirstReceivedOn: Today)], received.After!.Lots);
    }

    [Fact]
    public void A_known_lot_keeps_its_expiry_and_refuses_a_different_one()
    {
        var site = new SiteScenario().Received(Spray, 5, "a", "2026-06-30").Received(Spray, 5, "a");

        Assert.Equal(10, site.UnitsInLot(Spray, "a"));
        Assert.Equal("LOT_EXPIRY_DIFFERS", site.Receive(Spray, 1, "a", "2026-07-31").Refusal?.Code);
        Assert.Equal("EXPIRY_REQUIRED", site.Receive(Spray, 1, "b").Refusal?.Code);
    }

    [Fact]
    public void A_shortfall_is_settled_from_a_lot_or_from_unbooked_stock()
    {
        var site = new SiteScenario();
        site.Logged(Encounter(Line(Spray, 5)));
        site.Received(Spray, 2, "a", "2027-01-01");

        site.Apply(site.Settle(Spray, 2, new LotNumber("a"))).Apply(site.Settle(Spray, 3));

        Assert.Equal(0, site.UnitsInLot(Spray, "a"));
        Assert.Equal(0, site.State.GetShelf(Spray).Shortfall);
        Assert.Equal(0, site.OnHand(Spray));
    }

    [Fact]
    public void A_settlement_cannot_exceed_the_shortfall_or_the_lot()
    {
        var site = new SiteScenario().Received(Spray, 2, "a", "2020-01-01");
        site.Logged(Encounter(Line(Spray, 5)));

        Assert.Equal("SHORTFALL_EXCEEDED", site.Settle(Spray, 6, new LotNumber("a")).Refusal?.Code);
        Assert.Equal("LOT_EXCEEDED", site.Settle(Spray, 3, new LotNumber("a")).Refusal?.Code);
        Assert.Equal("LOT_EXCEEDED", site.Settle(Spray, 1, new LotNumber("unknown")).Refusal?.Code);
    }

    [Fact]
    public void A_lot_is_marked_as_expired_once()
    {
        var site = new SiteScenario().Received(Spray, 5, "a", "2026-06-30");
        var expired = new StockEvent.LotExpired(Spray, new LotNumber("a"), new LocalDate(2026, 6, 30));

        site.Apply(StockRules.Expire(site.State, expired));

        Assert.True(site.State.GetShelf(Spray).Find(new LotNumber("a"))?.Expired);
        Assert.Empty(StockRules.Expire(site.State, expired).Facts);
    }

    [Fact]
    public void A_lot_received_after_its_expiry_is_marked_as_expired() =>
        Assert.True(new SiteScenario().Received(Spray, 5, "a", "2020-01-01").State.GetShelf(Spray).Find(new LotNumber("a"))?.Expired);

    [Theory]
    [InlineData("A1", true)]
    [InlineData("12345678901234567890", true)]
    [InlineData("123456789012345678901", false)]
    [InlineData("~", false)]
    [InlineData("-", false)]
    [InlineData(" A", false)]
    [InlineData("Aé", false)]
    public void A_lot_number_has_one_to_twenty_printable_characters(string text, bool valid) => Assert.Equal(valid, LotNumber.IsValid(text));

    [Theory]
    [InlineData(-1)]
    [InlineData(1_000_001)]
    public void A_quantity_has_bounds(int units) => Assert.Throws<ArgumentOutOfRangeException>(() => new Quantity(units));
}
