using NodaTime;

namespace Outreach.Domain.Stock;

/// <summary>What was recorded and what the site then held of the product.</summary>
public sealed record ReceiptResult(long Version, Instant RecordedAt, Shelf After);
