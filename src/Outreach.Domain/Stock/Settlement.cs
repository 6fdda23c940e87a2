using Outreach.Domain.Catalog;
using Outreach.Domain.Recording;

namespace Outreach.Domain.Stock;

/// <summary>An explanation of units that the books could not cover.</summary>
/// <param name="RequestId">Made before the first attempt.</param>
/// <param name="Content">Tells the same request from another under its id.</param>
/// <param name="Units">1 or more.</param>
/// <param name="Lot">The lot they came from; null: they came from stock that was never booked.</param>
public sealed record Settlement(
    Guid RequestId, ContentHash Content, ProductId Product, Quantity Units, ActorId Actor, Reason Reason, LotNumber? Lot = null);
