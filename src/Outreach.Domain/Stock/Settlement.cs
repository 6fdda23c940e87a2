using Outreach.Domain.Catalog;
using Outreach.Domain.Recording;

namespace Outreach.Domain.Stock;

/// <summary>A request to settle units that recorded stock did not cover.</summary>
/// <param name="RequestId">The request's id, created before the first attempt.</param>
/// <param name="Content">The hash of the request; another request with the same id has another hash.</param>
/// <param name="Units">Units of issue, 1 or more.</param>
/// <param name="Lot">The lot they were taken from; null if they were taken from stock that was never recorded.</param>
public sealed record Settlement(
    Guid RequestId, ContentHash Content, ProductId Product, Quantity Units, ActorId Actor, Reason Reason, LotNumber? Lot = null);
