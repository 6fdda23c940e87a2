using NodaTime;
using Outreach.Domain.Stock;
using static Outreach.Domain.Tests.Stock.Site;

namespace Outreach.Domain.Tests.Stock;

public class ShelvingTests
{
    [Fact]
    public void What_comes_in_tells_when_it_expires_and_what_the_site_then_holds()
    {
        var received = Assert.IsType<StockEvent.StockReceived>(Assert.Single(new Site().Receive(Spray, 5, "a", "2026-06-30").Facts));

        Assert.Equal(Instant.FromUtc(2026, 7, 1, 4, 0), received.ExpiredFrom);
        Assert.Equal([new Lot(new LotNumber("a"), new LocalDate(2026, 6, 30), 5, Since: Today)], received.After!.Lots);
    }

    [Fact]
    public void A_lot_on_the_books_keeps_its_expiry_and_refuses_another()
    {
        var site = new Site().Received(Spray, 5, "a", "2026-06-30").Received(Spray, 5, "a");

        Assert.Equal(10, site.InLot(Spray, "a"));
        Assert.Equal("LOT_EXPIRY_DIFFERS", site.Receive(Spray, 1, "a", "2026-07-31").Refusal?.Code);
        Assert.Equal("EXPIRY_REQUIRED", site.Receive(Spray, 1, "b").Refusal?.Code);
    }

    [Fact]
    public void A_shortfall_is_settled_from_a_lot_or_from_what_was_never_booked()
    {
        var site = new Site();
        site.Logged(Encounter(Line(Spray, 5)));
        site.Received(Spray, 2, "a", "2027-01-01");

        site.And(site.Settle(Spray, 2, new LotNumber("a"))).And(site.Settle(Spray, 3));

        Assert.Equal(0, site.InLot(Spray, "a"));
        Assert.Equal(0, site.State.Shelf(Spray).Shortfall);
        Assert.Equal(0, site.OnHand(Spray));
    }

    [Fact]
    public void No_more_is_settled_than_is_open_or_than_the_lot_holds()
    {
        var site = new Site().Received(Spray, 2, "a", "2020-01-01");
        site.Logged(Encounter(Line(Spray, 5)));

        Assert.Equal("SHORTFALL_EXCEEDED", site.Settle(Spray, 6, new LotNumber("a")).Refusal?.Code);
        Assert.Equal("LOT_EXCEEDED", site.Settle(Spray, 3, new LotNumber("a")).Refusal?.Code);
        Assert.Equal("LOT_EXCEEDED", site.Settle(Spray, 1, new LotNumber("unknown")).Refusal?.Code);
    }

    [Fact]
    public void A_lot_is_marked_as_expired_once()
    {
        var site = new Site().Received(Spray, 5, "a", "2026-06-30");
        var expired = new StockEvent.LotExpired(Spray, new LotNumber("a"), new LocalDate(2026, 6, 30));

        site.And(StockRules.Expire(site.State, expired));

        Assert.True(site.State.Shelf(Spray).Find(new LotNumber("a"))?.Expired);
        Assert.Empty(StockRules.Expire(site.State, expired).Facts);
    }

    [Fact]
    public void A_lot_that_comes_in_expired_is_marked_at_once() =>
        Assert.True(new Site().Received(Spray, 5, "a", "2020-01-01").State.Shelf(Spray).Find(new LotNumber("a"))?.Expired);

    [Theory]
    [InlineData("A1", true)]
    [InlineData("12345678901234567890", true)]
    [InlineData("123456789012345678901", false)]
    [InlineData("~", false)]
    [InlineData("-", false)]
    [InlineData(" A", false)]
    [InlineData("Aé", false)]
    public void A_lot_number_is_what_a_maker_prints(string text, bool valid) => Assert.Equal(valid, LotNumber.IsValid(text));

    [Theory]
    [InlineData(-1)]
    [InlineData(1_000_001)]
    public void A_quantity_has_bounds(int units) => Assert.Throws<ArgumentOutOfRangeException>(() => new Quantity(units));
}
