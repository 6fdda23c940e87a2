using NodaTime.Text;
using Outreach.Domain.Catalog;
using Outreach.Domain.Stock;

namespace Outreach.Server.Stock;

/// <summary>A promise that is made when a lot is received: to record its expiry when its last day has passed.</summary>
internal static class LotExpiryPromise
{
    public const string Kind = "lot-expiry";

    /// <summary>The key of a lot and its last day. Ids and days have no slashes; a lot number is last because it may have some.</summary>
    public static string FormatKey(StockEvent.LotExpired lot) => $"{lot.Product}/{LocalDatePattern.Iso.Format(lot.ExpiresOn)}/{lot.Lot}";

    /// <summary>Parses a result of <see cref="FormatKey"/>.</summary>
    public static StockEvent.LotExpired ParseKey(string key)
    {
        var parts = key.Split('/', 3);
        return new StockEvent.LotExpired(new ProductId(parts[0]), new LotNumber(parts[2]), LocalDatePattern.Iso.Parse(parts[1]).Value);
    }
}
