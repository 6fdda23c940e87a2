using NodaTime;

namespace Outreach.Domain.Recording.Settings;

/// <summary>Settings folded from their events.</summary>
/// <param name="Current">The settings now; null before the first event.</param>
/// <param name="AddedAs">The settings as first added, by which a repeated request is recognized; null before the first event.</param>
public record SettingsState<T>(Versioned<T>? Current = null, T? AddedAs = null)
    where T : class, ISettings
{
    /// <summary>The state after one more event. Accepts every event.</summary>
    public SettingsState<T> Apply(ISettingsEvent<T> fact, long version, Instant recordedAt) =>
        fact.ToVersioned(version, recordedAt) is { } current ? new SettingsState<T>(current, AddedAs ?? current.Value) : this;
}
