using System.Data.Common;
using System.Text.Json.Serialization.Metadata;
using NodaTime;

namespace Outreach.Server.Ledger;

/// <summary>A fact as the ledger holds it: whose, which in its stream, when it was recorded, and what.</summary>
/// <param name="StreamId">The stream's id within its family: of the stream <c>stock/van-1</c> it is <c>van-1</c>.</param>
/// <param name="Version">The fact's place in its stream, from 1, without gaps.</param>
/// <param name="RecordedAt">When it was recorded, by the server's clock. It can run backwards: only versions order facts.</param>
/// <param name="Fact">What happened.</param>
public readonly record struct RecordedFact<TFact>(string StreamId, long Version, Instant RecordedAt, TFact Fact);

/// <summary>A kind of stream, for example one per site: how its facts are written, folded and seen.</summary>
/// <remarks>
/// Everything here is a pure function of stored facts, so that views, indexes and snapshots can be thrown away and
/// computed again. It must accept every fact that was ever stored. A state may be changed in place: the journal alone
/// holds it, and folds one fact after the other.
/// </remarks>
public abstract class StreamDefinition<TState, TFact> : IStreamDefinition
    where TState : class
    where TFact : class
{
    /// <summary>The first part of its streams' names, lower-case, for example <c>stock</c>. Never changed.</summary>
    public abstract string Category { get; }

    /// <summary>Raised whenever the stored form or meaning of the state changes: snapshots of another form are ignored.</summary>
    public abstract int SnapshotSchemaVersion { get; }

    /// <summary>How a fact is written: JSON with a <c>kind</c> that tells the facts of the family apart.</summary>
    public abstract JsonTypeInfo<TFact> FactJson { get; }

    /// <summary>How a snapshot of the state is written.</summary>
    public abstract JsonTypeInfo<TState> StateJson { get; }

    /// <summary>The views that <see cref="Project"/> writes to, each the very value that is passed there.</summary>
    public virtual IReadOnlyList<View> Views => [];

    /// <summary>
    /// Raise it when <see cref="Project"/> comes to give other keys, times or promises for the same facts: the next start
    /// computes the index and the promises again. Views have a <see cref="View.Version"/> of their own.
    /// </summary>
    public virtual int ProjectionVersion => 1;

    /// <summary>An append's facts, together: one call of the serializer is cheaper than one for each.</summary>
    internal JsonTypeInfo<IReadOnlyList<TFact>> FactsJson => field ??=
        JsonMetadataServices.CreateIEnumerableInfo<IReadOnlyList<TFact>, TFact>(FactJson.Options, new() { ElementInfo = FactJson });

    /// <summary>The state before the first fact.</summary>
    public abstract TState CreateInitialState(string id);

    /// <summary>The state after one more fact. Total: it never refuses a stored fact.</summary>
    public abstract TState Apply(TState state, in RecordedFact<TFact> recorded);

    /// <summary>What the fact does besides being kept: view rows, index keys, promises.</summary>
    public abstract void Project(in RecordedFact<TFact> recorded, Effects effects);

    /// <summary>
    /// What is wrong in a state that was just replayed, in itself or against the views, for example a balance that its
    /// movements do not add up to. Verify asks it of every stream; the default knows of nothing that could be wrong.
    /// </summary>
    /// <param name="id">The stream's id.</param>
    /// <param name="state">Its state, replayed from the first fact.</param>
    /// <param name="views">To read views with; everything read through it is one consistent state of the store.</param>
    /// <returns>A sentence for each finding: what, expected, found.</returns>
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

/// <summary>A <see cref="StreamDefinition{TState,TFact}"/>, its types put aside, as verify, rebuild and export need it.</summary>
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

    /// <summary>Gathers what a stored run of facts does besides being kept.</summary>
    internal void Project(string id, in FactRun run, AppendEffects effects);

    /// <summary>Begins a replay of a stream.</summary>
    internal IFold CreateFold(string id);
}
