using System.Data.Common;
using System.Text.Json;

namespace Outreach.Server.Ledger;

/// <summary>The replay of one stream, without its type parameters.</summary>
internal interface IFold
{
    /// <summary>The version of the last event folded.</summary>
    long Version { get; }

    /// <summary>Folds a run that starts right after <see cref="Version"/>, up to a version, inclusive.</summary>
    void Apply(in FactRun run, long toVersion);

    /// <summary>Serializes the state as a snapshot stores it.</summary>
    byte[] SerializeState();

    /// <summary>Deserializes and serializes a snapshot's state again, so that it can be compared with <see cref="SerializeState"/>.</summary>
    byte[] Normalize(ReadOnlySpan<byte> snapshot);

    /// <inheritdoc cref="StreamDefinition{TState,TFact}.FindInconsistencies"/>
    IEnumerable<string> FindInconsistencies(DbConnection views);
}

internal sealed class Fold<TState, TFact>(StreamDefinition<TState, TFact> definition, string id) : IFold
    where TState : class
    where TFact : class
{
    private TState state = definition.CreateInitialState(id);

    public long Version { get; private set; }

    public TState State => state;

    /// <summary>Starts from a snapshot instead of the initial state.</summary>
    public void Restore(ReadOnlySpan<byte> snapshot, long version)
    {
        state = Deserialize(snapshot);
        Version = version;
    }

    public void Apply(in FactRun run, long toVersion)
    {
        var facts = new FactReader<TFact>(definition.FactJson, run.Json.Span);
        for (var version = run.FirstVersion; version <= toVersion && facts.TryRead(out var fact); version++)
        {
            if (version <= Version)
                continue;
            state = definition.Apply(state, new RecordedFact<TFact>(id, version, run.RecordedAt, fact));
            Version = version;
        }
    }

    public byte[] SerializeState() => JsonSerializer.SerializeToUtf8Bytes(state, definition.StateJson);

    public byte[] Normalize(ReadOnlySpan<byte> snapshot) => JsonSerializer.SerializeToUtf8Bytes(Deserialize(snapshot), definition.StateJson);

    public IEnumerable<string> FindInconsistencies(DbConnection views) => definition.FindInconsistencies(id, state, views);

    private TState Deserialize(ReadOnlySpan<byte> snapshot) =>
        JsonSerializer.Deserialize(snapshot, definition.StateJson) ?? throw new InvalidDataException($"A snapshot of {definition.Category}/{id} is null.");
}
