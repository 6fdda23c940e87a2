using System.Data.Common;
using System.Text.Json;

namespace Outreach.Server.Ledger;

/// <summary>The replay of one stream, its types put aside.</summary>
internal interface IFold
{
    /// <summary>The version of the last fact folded.</summary>
    long Version { get; }

    /// <summary>Folds a run that starts right after <see cref="Version"/>, up to a version, inclusive.</summary>
    void Apply(in FactRun run, long toVersion);

    /// <summary>The state as a snapshot would hold it.</summary>
    byte[] SerializeState();

    /// <summary>What a snapshot's state is when it is read and written again: the form to compare it in.</summary>
    byte[] Normalize(ReadOnlySpan<byte> snapshot);

    /// <summary>What the family finds wrong in the state.</summary>
    IEnumerable<string> FindInconsistencies(DbConnection views);
}

internal sealed class Fold<TState, TFact>(StreamDefinition<TState, TFact> family, string id) : IFold
    where TState : class
    where TFact : class
{
    private TState state = family.CreateInitialState(id);

    public long Version { get; private set; }

    /// <summary>The state so far.</summary>
    public TState State => state;

    /// <summary>Begins after a snapshot instead of before the first fact.</summary>
    public void Restore(ReadOnlySpan<byte> snapshot, long version)
    {
        state = Deserialize(snapshot);
        Version = version;
    }

    public void Apply(in FactRun run, long toVersion)
    {
        var facts = new FactReader<TFact>(family.FactJson, run.Json.Span);
        for (var version = run.FirstVersion; version <= toVersion && facts.TryRead(out var fact); version++)
        {
            if (version <= Version)
                continue;
            state = family.Apply(state, new RecordedFact<TFact>(id, version, run.RecordedAt, fact));
            Version = version;
        }
    }

    public byte[] SerializeState() => JsonSerializer.SerializeToUtf8Bytes(state, family.StateJson);

    public byte[] Normalize(ReadOnlySpan<byte> snapshot) => JsonSerializer.SerializeToUtf8Bytes(Deserialize(snapshot), family.StateJson);

    public IEnumerable<string> FindInconsistencies(DbConnection views) => family.FindInconsistencies(id, state, views);

    private TState Deserialize(ReadOnlySpan<byte> snapshot) =>
        JsonSerializer.Deserialize(snapshot, family.StateJson) ?? throw new InvalidDataException($"A snapshot of {family.Category}/{id} is null.");
}
