using NodaTime;

namespace Outreach.Domain.Recording.Settings;

/// <summary>An event about settings. It contains all fields, so that the latest event alone gives the settings.</summary>
public interface ISettingsEvent<T>
    where T : class, ISettings
{
    /// <summary>The settings after this event; null if the event does not change them.</summary>
    /// <param name="version">The event's position in its stream.</param>
    /// <param name="recordedAt">When the event was recorded.</param>
    Versioned<T>? ToVersioned(long version, Instant recordedAt);
}
