using NodaTime;

namespace Outreach.Domain.Recording.Settings;

/// <summary>The rules that settings of every kind share. The same request again adds nothing, even if others changed the settings since.</summary>
/// <param name="noun">What refusals call the thing, for example <c>Site</c>. In capitals it begins their codes.</param>
public sealed class SettingsRules<T, TEvent>(string noun)
    where T : class, ISettings
    where TEvent : class
{
    private readonly string code = noun.ToUpperInvariant();

    /// <summary>Adds settings. Records nothing if they were first added like this, or are like this now.</summary>
    /// <param name="state">The settings with this id so far.</param>
    /// <param name="wanted">The settings to add.</param>
    /// <param name="create">Creates the event.</param>
    /// <param name="check">Further rules of this kind of settings; null for none.</param>
    /// <returns>Refused, in this order: <c>…_EXISTS</c>; what <paramref name="check"/> refuses.</returns>
    public Decision<TEvent> Add(SettingsState<T> state, T wanted, Func<T, TEvent> create, Func<T, Refusal?>? check = null)
    {
        if (state.Current is { } current)
            return wanted.Equals(current.Value) || wanted.Equals(state.AddedAs) ? new Decision<TEvent>([]) : AlreadyExists(wanted.GetId());
        if (check?.Invoke(wanted) is { } refusal)
            return refusal;
        return create(wanted);
    }

    /// <summary>Changes settings. Records nothing if they are like this already.</summary>
    /// <param name="state">The settings with this id so far.</param>
    /// <param name="id">The id.</param>
    /// <param name="change">Makes the new settings from the current ones.</param>
    /// <param name="seen">The version that the caller read; null to change whatever is current.</param>
    /// <param name="create">Creates the event from the new settings and the time when they were added.</param>
    /// <param name="check">Further rules of this kind of settings, given the current and the new settings; null for none.</param>
    /// <returns>Refused, in this order: <c>…_UNKNOWN</c>; <c>ETAG_STALE</c>; what <paramref name="check"/> refuses.</returns>
    public Decision<TEvent> Change(
        SettingsState<T> state, string id, Func<T, T> change, long? seen, Func<T, Instant, TEvent> create, Func<T, T, Refusal?>? check = null)
    {
        if (state.Current is not { } current)
            return Unknown(id);

        var changed = change(current.Value);
        if (changed.Equals(current.Value))
            return new Decision<TEvent>([]);
        if (seen is not null && seen != current.Version)
            return Refusal.Stale("ETAG_STALE", $"{noun} '{id}' changed since it was read: its etag was {seen} and is now {current.Version}.");
        if (check?.Invoke(current.Value, changed) is { } refusal)
            return refusal;
        return create(changed, current.AddedAt);
    }

    /// <summary>The id is taken. The refusal says nothing about who has it: that may be another organization.</summary>
    public Refusal AlreadyExists(string id) =>
        Refusal.AlreadyExists($"{code}_EXISTS", $"{noun} '{id}' cannot be added: the id is taken, and the settings there are different.");

    /// <summary>Nothing has the id.</summary>
    public Refusal Unknown(string id) => Refusal.NotFound($"{code}_UNKNOWN", $"There is no {noun.ToLowerInvariant()} '{id}'.");
}
