using System.Text.Json;

namespace Outreach.Server.Ledger;

/// <summary>Loads a stream from a snapshot and the events after it, and checks that the hash chain ends at the head.</summary>
internal sealed class StreamLoader<TState, TFact>(StreamDefinition<TState, TFact> definition, string id)
    where TState : class
    where TFact : class
{
    private readonly string stream = StreamName.Create(definition.Category, id);

    /// <exception cref="InvalidDataException">The stored events do not lead to the head: they were tampered with.</exception>
    public async Task<LoadedStream<TState>> LoadAsync(LedgerReader reader, TailSnapshot view, CancellationToken cancel)
    {
        if (await reader.FindHeadAsync(stream, cancel) is not { } head)
            return new LoadedStream<TState>(definition.CreateInitialState(id), 0, HashChain.InitialHash, 0, 0);
        var snapshot = await reader.FindSnapshotAsync(stream, definition.SnapshotSchemaVersion, cancel);
        return (snapshot is null ? null : await LoadFromAsync(snapshot, reader, view, head, cancel))
            ?? await LoadFromAsync(null, reader, view, head, cancel)
            ?? throw new InvalidDataException($"The events of {stream} do not lead to its head at version {head.Version}. Run verify.");
    }

    /// <summary>Loads from a snapshot, or from the first event if null; returns null if the events do not lead to the head.</summary>
    private async Task<LoadedStream<TState>?> LoadFromAsync(
        Snapshot? snapshot, LedgerReader reader, TailSnapshot view, StreamHead head, CancellationToken cancel)
    {
        var fold = new Fold<TState, TFact>(definition, id);
        if (!TryRestore(fold, snapshot))
            return null;
        var hash = snapshot?.Hash ?? HashChain.InitialHash;
        await foreach (var run in reader.ReadStreamAsync(view, head, fold.Version + 1, cancel))
        {
            fold.Apply(run, head.Version);
            hash = HashChain.ComputeHash(hash, stream, run);
        }
        return fold.Version == head.Version && hash.AsSpan().SequenceEqual(head.Hash)
            ? new LoadedStream<TState>(fold.State, fold.Version, hash, snapshot?.Version ?? 0, snapshot?.Payload.Length ?? 0)
            : null;
    }

    private static bool TryRestore(Fold<TState, TFact> fold, Snapshot? snapshot)
    {
        try
        {
            if (snapshot is not null)
                fold.Restore(snapshot.Payload, snapshot.Version);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
