using NodaTime;
using Outreach.Domain.Catalog;

namespace Outreach.Domain.Stock;

/// <summary>What an event says of a lot.</summary>
/// <param name="ExpiresOn">The last day it can be used; null where it does not expire.</param>
/// <param name="Expired">Whether that day has passed; null where the event does not say.</param>
/// <param name="ExpiredFrom">The first moment after that day in the site's time zone; null where the event does not say.</param>
public readonly record struct LotStatus(
    ProductId Product, LotNumber Lot, LocalDate? ExpiresOn, bool? Expired = null, Instant? ExpiredFrom = null);
