using System.Data.Common;
using System.Text.Json.Serialization.Metadata;
using NodaTime;

namespace Outreach.Server.Ledger;

/// <summary>An event with its stream, version and recording time.</summary>
/// <param name="StreamId">The stream's id within its category: <c>van-1</c> for the stream <c>stock/van-1</c>.</param>
/// <param name="Version">The event's number in its stream, from 1, without gaps.</param>
/// <param name="RecordedAt">When it was recorded, by the server's clock, which can run backwards: only versions order events.</param>
/// <param name="Fact">The event.</param>
public readonly record struct RecordedFact<TFact>(string StreamId, long Version, Instant RecordedAt, TFact Fact);

/// <summary>A kind of stream, for example one per site: how its events are serialized, folded and projected.</summary>
/// <remarks>
/// Everything here is a pure function of stored events, so that views, indexes and snapshots can be deleted and computed
/// again. It must accept every event that was ever stored. A state may be changed in place, because only the journal
/// holds it and folds one event after the other.
/// </remarks>
public abstract class StreamDefinition<TState, TFact> : IStreamDefinition
    where TState : class
    where TFact : class
{
    /// <summary>The first part of its streams' names in lower case, for example <c>stock</c>. It must never change.</summary>
    public abstract string Category { get; }

    /// <summary>Raise it whenever the stored form or meaning of the state changes: snapshots of other versions are ignored.</summary>
    public abstract int SnapshotSchemaVersion { get; }

    /// <summary>How an event is serialized: JSON with a <c>kind</c> that names its type.</summary>
    public abstract JsonTypeInfo<TFact> FactJson { get; }

    /// <summary>How a snapshot of the state is serialized.</summary>
    public abstract JsonTypeInfo<TState> StateJson { get; }

    /// <summary>The views that <see cref="Project"/> writes to, by reference: the same instances that it passes.</summary>
    public virtual IReadOnlyList<View> Views => [];

    /// <summary>
    /// Raise it when <see cref="Project"/> gives different keys, times or promises for the same events: the next start then
    /// computes the index and the promises again. Views have their own <see cref="View.Version"/>.
    /// </summary>
    public virtual int ProjectionVersion => 1;

    /// <summary>How the events of one append are serialized: one call of the serializer is cheaper than one per event.</summary>
    internal JsonTypeInfo<IReadOnlyList<TFact>> FactsJson => field ??=
        JsonMetadataServices.CreateIEnumerableInfo<IReadOnlyList<TFact>, TFact>(FactJson.Options, new() { ElementInfo = FactJson });

    /// <summary>The state before the first event.</summary>
    public abstract TState CreateInitialState(string id);

    /// <summary>The state after one more event. It never refuses a stored event.</summary>
    public abstract TState Apply(TState state, in RecordedFact<TFact> recorded);

    /// <summary>Adds the event's view rows, index keys and promises to <paramref name="effects"/>.</summary>
    public abstract void Project(in RecordedFact<TFact> recorded, Effects effects);

    /// <summary>
    /// Finds what is wrong in a replayed state, in itself or compared with the views, for example a balance that differs from
    /// the sum of its movements. The verifier calls it for every stream; the default finds nothing.
    /// </summary>
    /// <param name="id">The stream's id.</param>
    /// <param name="state">Its state, replayed from the first event.</param>
    /// <param name="views">A connection to query views, in a transaction that sees one consistent state of the store.</param>
    /// <returns>A sentence for each finding: what differs, the expected value and the found value.</returns>
    public virtual IEnumerable<string> FindInconsistencies(string id, TState state, DbConnection views) => [];

    void IStreamDefinition.Project(string id, in FactRun run, AppendEffects effects)
    {
        var facts = new FactReader<TFact>(FactJson, run.Json.Span);
        for (var i = 0; facts.TryRead(out var fact); i++)
        {
            effects.BeginFact(i);
            Project(new RecordedFact<TFact>(id, run.FirstVersion + i, run.RecordedAt, fact), effects);
        }
    }

    IFold IStreamDefinition.CreateFold(string id) => new Fold<TState, TFact>(this, id);
}

/// <summary>A <see cref="StreamDefinition{TState,TFact}"/> without its type parameters, for verify, rebuild and export.</summary>
public interface IStreamDefinition
{
    /// <inheritdoc cref="StreamDefinition{TState,TFact}.Category"/>
    string Category { get; }

    /// <inheritdoc cref="StreamDefinition{TState,TFact}.SnapshotSchemaVersion"/>
    int SnapshotSchemaVersion { get; }

    /// <inheritdoc cref="StreamDefinition{TState,TFact}.Views"/>
    IReadOnlyList<View> Views { get; }

    /// <inheritdoc cref="StreamDefinition{TState,TFact}.ProjectionVersion"/>
    int ProjectionVersion { get; }

    /// <summary>Adds the view rows, index keys and promises of a stored run to <paramref name="effects"/>.</summary>
    internal void Project(string id, in FactRun run, AppendEffects effects);

    /// <summary>Begins a replay of a stream.</summary>
    internal IFold CreateFold(string id);
}
