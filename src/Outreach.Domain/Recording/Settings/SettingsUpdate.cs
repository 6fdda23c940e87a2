namespace Outreach.Domain.Recording.Settings;

/// <summary>A request to change some fields of settings.</summary>
/// <param name="Wanted">The id and the new values. Fields that are not listed are ignored.</param>
/// <param name="Fields">Names of the fields to change, as in the API.</param>
/// <param name="Seen">The version that the caller read; null to change whatever is current.</param>
public sealed record SettingsUpdate<T>(T Wanted, EquatableList<string> Fields, long? Seen = null)
    where T : class, ISettings;
