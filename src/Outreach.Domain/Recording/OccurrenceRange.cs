using NodaTime;

namespace Outreach.Domain.Recording;

/// <summary>When what an event tells of happened, both ends inclusive.</summary>
public readonly record struct OccurrenceRange(Instant From, Instant To)
{
    public OccurrenceRange(Instant at)
        : this(at, at)
    {
    }
}
