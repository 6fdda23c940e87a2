using System.Text.Json.Serialization.Metadata;
using Outreach.Domain.Recording.Settings;
using Outreach.Server.Ledger;

namespace Outreach.Server.Recording.Settings;

/// <summary>Settings with a stream for each id.</summary>
/// <param name="category">The first part of the streams' names.</param>
/// <param name="view">The view of the settings.</param>
/// <param name="factJson">How an event is stored.</param>
/// <param name="stateJson">How a snapshot is stored.</param>
public abstract class SettingsStreamDefinition<T, TEvent>(
    string category, SettingsView<T> view, JsonTypeInfo<TEvent> factJson, JsonTypeInfo<SettingsState<T>> stateJson)
    : StreamDefinition<SettingsState<T>, TEvent>
    where T : class, ISettings
    where TEvent : class, ISettingsEvent<T>
{
    public override string Category => category;

    public override int SnapshotSchemaVersion => 1;

    public override IReadOnlyList<View> Views { get; } = [view.Table];

    public override JsonTypeInfo<TEvent> FactJson => factJson;

    public override JsonTypeInfo<SettingsState<T>> StateJson => stateJson;

    public override SettingsState<T> CreateInitialState(string id) => new();

    public override SettingsState<T> Apply(SettingsState<T> state, in RecordedFact<TEvent> recorded) =>
        state.Apply(recorded.Fact, recorded.Version, recorded.RecordedAt);

    public override void Project(in RecordedFact<TEvent> recorded, Effects effects)
    {
        effects.SetOccurred(recorded.RecordedAt, recorded.RecordedAt);
        if (recorded.Fact.ToVersioned(recorded.Version, recorded.RecordedAt) is { } settings)
            view.Set(settings, effects);
    }
}
