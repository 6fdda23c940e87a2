namespace Outreach.Domain.Recording;

/// <summary>The ids by which a repeated request for an event is recognized.</summary>
/// <param name="Record">The id of the event's record, created by a device; null if it has none.</param>
/// <param name="Request">The id of the request that caused it; null if none.</param>
/// <param name="Content">The content hash of that request; the default value if there is none or another event has it.</param>
public readonly record struct IdempotencyKeys(Guid? Record = null, Guid? Request = null, ContentHash Content = default);

/// <summary>An event that is recorded once, however often its request is repeated.</summary>
public interface IRecordedEvent
{
    IdempotencyKeys GetIdempotencyKeys();
}

/// <summary>A state with a filter of the ids that its stream has recorded.</summary>
public interface IRecordingState
{
    KnownIdFilter Ids { get; }
}
