using NodaTime;
using Outreach.Domain.Catalog;
using Outreach.Domain.Recording;

namespace Outreach.Domain.Stock;

/// <summary>A change of what a site holds: what is on hand is the sum of these.</summary>
/// <param name="Kind">Why stock moved.</param>
/// <param name="Product">What moved.</param>
/// <param name="Lot">The lot; the default for stock whose lots are not told apart, and with <paramref name="IsShortfall"/>.</param>
/// <param name="Units">Units, below zero where stock went out. Never zero.</param>
/// <param name="IsShortfall">Whether these are units that the books could not cover: below zero opens, above zero settles.</param>
/// <param name="OccurredAt">When it happened. A correction moves stock at the time of the encounter that it corrects.</param>
/// <param name="ExpiresOn">With a receipt, the last day that the lot can be used; null where it does not expire.</param>
/// <param name="ReceivedOn">With a receipt, the day it came in; null where that is not known.</param>
public readonly record struct Movement(
    MovementKind Kind,
    ProductId Product,
    LotNumber Lot,
    long Units,
    bool IsShortfall,
    Instant OccurredAt,
    LocalDate? ExpiresOn = null,
    LocalDate? ReceivedOn = null);

/// <summary>Who moved stock, where a person did, and what they noted.</summary>
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
