namespace Outreach.Domain.Recording;

/// <summary>The ids by which a repetition of what made an event is recognized.</summary>
/// <param name="Record">The id of the record that the event is about, made by a device; null where it is about none.</param>
/// <param name="Request">The id of the request that made it; null where no request did.</param>
/// <param name="Content">The content of that request; the default where there is none, or another event tells it.</param>
public readonly record struct IdempotencyKeys(Guid? Record = null, Guid? Request = null, ContentHash Content = default);

/// <summary>An event that is recorded once, however often its request comes.</summary>
public interface IRecordedEvent
{
    IdempotencyKeys GetIdempotencyKeys();
}

/// <summary>A state that remembers which ids its stream has recorded.</summary>
public interface IRecordingState
{
    KnownIdFilter Ids { get; }
}
