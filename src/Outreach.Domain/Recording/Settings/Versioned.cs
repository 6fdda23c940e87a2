using NodaTime;

namespace Outreach.Domain.Recording.Settings;

/// <summary>Settings with their version and the times of their first and last change.</summary>
/// <param name="Value">The settings.</param>
/// <param name="Version">The position in the stream of the event that last changed them; the API's etag.</param>
/// <param name="AddedAt">When they were added, by the server's clock.</param>
/// <param name="ChangedAt">When they were last added or changed, by the server's clock.</param>
public sealed record Versioned<T>(T Value, long Version, Instant AddedAt, Instant ChangedAt)
    where T : class, ISettings;
