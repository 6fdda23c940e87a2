using NodaTime;

namespace Outreach.Domain.Recording;

/// <summary>The time range in which something occurred, both ends inclusive.</summary>
public readonly record struct OccurrenceRange(Instant From, Instant To)
{
    public OccurrenceRange(Instant at)
        : this(at, at)
    {
    }
}
