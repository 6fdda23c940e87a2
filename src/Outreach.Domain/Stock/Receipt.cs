using NodaTime;
using Outreach.Domain.Catalog;
using Outreach.Domain.Recording;

namespace Outreach.Domain.Stock;

/// <summary>A request to record received stock.</summary>
/// <param name="RequestId">The request's id, created before the first attempt.</param>
/// <param name="Content">The hash of the request; another request with the same id has another hash.</param>
/// <param name="Units">Units of issue, 1 or more.</param>
/// <param name="Lot">The lot; the default value for a product that is not recorded by lot.</param>
/// <param name="ExpiresOn">The last day it can be used; null for the recorded expiry of the lot, or none.</param>
/// <param name="OccurredAt">When it was received; null for now.</param>
/// <param name="Source">The supplier, at most 100 characters.</param>
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
