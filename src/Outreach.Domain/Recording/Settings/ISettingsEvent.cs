using NodaTime;

namespace Outreach.Domain.Recording.Settings;

/// <summary>An event about settings. It holds all fields, so that the latest event alone says what the settings are.</summary>
public interface ISettingsEvent<T>
    where T : class, ISettings
{
    /// <summary>The settings after this event; null if the event does not touch them.</summary>
    /// <param name="version">The event's position in its stream.</param>
    /// <param name="recordedAt">When the event was recorded.</param>
    Versioned<T>? ToVersioned(long version, Instant recordedAt);
}
