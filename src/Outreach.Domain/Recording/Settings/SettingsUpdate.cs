namespace Outreach.Domain.Recording.Settings;

/// <summary>A request to change some fields of settings.</summary>
/// <param name="Value">The id and the new values. Fields that are not in <paramref name="Fields"/> are ignored.</param>
/// <param name="Fields">Names of the fields to change, as in the API.</param>
/// <param name="ExpectedVersion">The version that the caller read; null to change whatever is current.</param>
public sealed record SettingsUpdate<T>(T Value, EquatableList<string> Fields, long? ExpectedVersion = null)
    where T : class, ISettings;
