using NodaTime;
using Outreach.Domain.Catalog;
using Outreach.Domain.Recording;

namespace Outreach.Domain.Stock;

/// <summary>A change of a site's stock. The stock on hand is the sum of all movements.</summary>
/// <param name="Kind">Why stock moved.</param>
/// <param name="Product">The product.</param>
/// <param name="Lot">The lot; the default value for stock that is not recorded by lot, and with <paramref name="IsShortfall"/>.</param>
/// <param name="Units">Units, negative for stock that went out. Never zero.</param>
/// <param name="IsShortfall">True if recorded stock did not cover these units: a negative number opens a shortfall, a positive one settles it.</param>
/// <param name="OccurredAt">When it occurred. A correction moves stock at the time of the encounter that it corrects.</param>
/// <param name="ExpiresOn">For a receipt, the last day that the lot can be used; null if it does not expire.</param>
/// <param name="ReceivedOn">For a receipt, the day of receipt; null if not known.</param>
public readonly record struct Movement(
    MovementKind Kind,
    ProductId Product,
    LotNumber Lot,
    long Units,
    bool IsShortfall,
    Instant OccurredAt,
    LocalDate? ExpiresOn = null,
    LocalDate? ReceivedOn = null);

/// <summary>The person who moved stock, if any, and their note.</summary>
public readonly record struct MovementNote(ActorId Actor, string Text = "");

/// <summary>Why stock moved.</summary>
public enum MovementKind
{
    Receipt = 1,
    Distribution = 2,
    Correction = 3,
    Voiding = 4,
    Settlement = 5,
}
