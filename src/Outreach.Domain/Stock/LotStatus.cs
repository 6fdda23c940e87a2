using NodaTime;
using Outreach.Domain.Catalog;

namespace Outreach.Domain.Stock;

/// <summary>The status of a lot according to an event.</summary>
/// <param name="ExpiresOn">The last day it can be used; null if it does not expire.</param>
/// <param name="Expired">True if that day has passed; null if not known.</param>
/// <param name="ExpiredFrom">The first moment after that day in the site's time zone; null if not known.</param>
public readonly record struct LotStatus(
    ProductId Product, LotNumber Lot, LocalDate? ExpiresOn, bool? Expired = null, Instant? ExpiredFrom = null);
