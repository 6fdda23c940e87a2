using NodaTime;

namespace Outreach.Domain.Stock;

/// <summary>The version and time of a recorded receipt, and the product's shelf after it.</summary>
public sealed record ReceiptResult(long Version, Instant RecordedAt, Shelf After);
