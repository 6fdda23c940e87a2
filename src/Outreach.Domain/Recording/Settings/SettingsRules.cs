using NodaTime;

namespace Outreach.Domain.Recording.Settings;

/// <summary>The rules that settings of every kind share. A repeated request adds nothing, even if others changed the settings since.</summary>
/// <param name="noun">The word for the thing in refusals, for example <c>Site</c>. In upper case it begins their codes.</param>
public sealed class SettingsRules<T, TEvent>(string noun)
    where T : class, ISettings
    where TEvent : class
{
    private readonly string code = noun.ToUpperInvariant();

    /// <summary>Adds settings. Records nothing if the same settings were added before or are current.</summary>
    /// <param name="state">The settings with this id so far.</param>
    /// <param name="added">The settings to add.</param>
    /// <param name="create">Creates the event.</param>
    /// <param name="check">Further rules of this kind of settings; null for none.</param>
    /// <returns>Refused, in this order: <c>…_EXISTS</c>; any refusal of <paramref name="check"/>.</returns>
    public Decision<TEvent> Add(SettingsState<T> state, T added, Func<T, TEvent> create, Func<T, Refusal?>? check = null)
    {
        if (state.Current is { } current)
            return added.Equals(current.Value) || added.Equals(state.AddedAs) ? new Decision<TEvent>([]) : AlreadyExists(added.GetId());
        if (check?.Invoke(added) is { } refusal)
            return refusal;
        return create(added);
    }

    /// <summary>Changes settings. Records nothing if they stay the same.</summary>
    /// <param name="state">The settings with this id so far.</param>
    /// <param name="id">The id.</param>
    /// <param name="change">Makes the new settings from the current ones.</param>
    /// <param name="expectedVersion">The version that the caller read; null to change whatever is current.</param>
    /// <param name="create">Creates the event from the new settings and the time when they were added.</param>
    /// <param name="check">Further rules of this kind of settings, given the current and the new settings; null for none.</param>
    /// <returns>Refused, in this order: <c>…_UNKNOWN</c>; <c>ETAG_STALE</c>; any refusal of <paramref name="check"/>.</returns>
    public Decision<TEvent> Change(
        SettingsState<T> state, string id, Func<T, T> change, long? expectedVersion, Func<T, Instant, TEvent> create, Func<T, T, Refusal?>? check = null)
    {
        if (state.Current is not { } current)
            return Unknown(id);

        var changed = change(current.Value);
        if (changed.Equals(current.Value))
            return new Decision<TEvent>([]);
        if (expectedVersion is not null && expectedVersion != current.Version)
            return Refusal.Stale("ETAG_STALE", $"{noun} '{id}' changed since it was read: its etag was {expectedVersion} and is now {current.Version}.");
        if (check?.Invoke(current.Value, changed) is { } refusal)
            return refusal;
        return create(changed, current.AddedAt);
    }

    /// <summary>The refusal for a taken id. It does not reveal who has the id, which may be another organization.</summary>
    public Refusal AlreadyExists(string id) =>
        Refusal.AlreadyExists($"{code}_EXISTS", $"{noun} '{id}' cannot be added: the id is taken by another with different settings.");

    /// <summary>The refusal for an id that does not exist.</summary>
    public Refusal Unknown(string id) => Refusal.NotFound($"{code}_UNKNOWN", $"There is no {noun.ToLowerInvariant()} '{id}'.");
}
