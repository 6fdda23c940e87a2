using NodaTime;
using Outreach.Domain.Catalog;
using Outreach.Domain.Recording;

namespace Outreach.Domain.Stock;

/// <summary>Stock that came in.</summary>
/// <param name="RequestId">Made before the first attempt.</param>
/// <param name="Content">Tells the same request from another under its id.</param>
/// <param name="Units">1 or more.</param>
/// <param name="Lot">The default for a product whose lots are not told apart.</param>
/// <param name="ExpiresOn">The last day it can be used; null: as the books know it, or never.</param>
/// <param name="OccurredAt">When it came in; null: now.</param>
/// <param name="Source">Whom it came from, at most 100 characters.</param>
public sealed record Receipt(
    Guid RequestId,
    ContentHash Content,
    ProductId Product,
    Quantity Units,
    LotNumber Lot = default,
    LocalDate? ExpiresOn = null,
    Instant? OccurredAt = null,
    string Source = "",
    ActorId Actor = default);
