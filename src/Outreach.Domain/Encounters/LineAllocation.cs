using Outreach.Domain.Stock;

namespace Outreach.Domain.Encounters;

/// <summary>How a line of <see cref="Encounter.HandedOut"/> counts and which lots it was taken from.</summary>
/// <param name="DosesPerUnit">Doses in one unit when it was recorded.</param>
/// <param name="ItemsPerUnit">Pieces in one unit when it was recorded.</param>
/// <param name="IsSyringes">True if the product was in the category syringes when it was recorded.</param>
/// <param name="Taken">The lots it was taken from, first to expire first.</param>
/// <param name="Uncovered">Units that recorded stock did not cover.</param>
public sealed record LineAllocation(int DosesPerUnit = 0, int ItemsPerUnit = 0, bool IsSyringes = false, EquatableList<LotAllocation> Taken = default, int Uncovered = 0);
