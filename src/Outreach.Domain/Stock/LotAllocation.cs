namespace Outreach.Domain.Stock;

/// <summary>Units taken from a lot, 1 or more.</summary>
public readonly record struct LotAllocation(int Units, LotNumber Lot = default);
