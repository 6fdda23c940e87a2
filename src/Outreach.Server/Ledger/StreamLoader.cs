using System.Text.Json;

namespace Outreach.Server.Ledger;

/// <summary>Loads a stream: a snapshot and the tail after it, and checks that the chain of hashes leads from one to the head.</summary>
internal sealed class StreamLoader<TState, TFact>(StreamDefinition<TState, TFact> family, string id)
    where TState : class
    where TFact : class
{
    private readonly string stream = StreamName.Create(family.Category, id);

    /// <exception cref="InvalidDataException">What is stored does not lead to the head: it was tampered with.</exception>
    public async Task<LoadedStream<TState>> LoadAsync(LedgerReader reading, TailView view, CancellationToken cancel)
    {
        if (await reading.FindHeadAsync(stream, cancel) is not { } head)
            return new LoadedStream<TState>(family.CreateInitialState(id), 0, HashChain.InitialHash, 0, 0);
        var snapshot = await reading.FindSnapshotAsync(stream, family.SnapshotSchemaVersion, cancel);
        return (snapshot is null ? null : await LoadFromAsync(snapshot, reading, view, head, cancel))
            ?? await LoadFromAsync(null, reading, view, head, cancel)
            ?? throw new InvalidDataException($"The facts of {stream} do not lead to its head at version {head.Version}: run verify.");
    }

    /// <summary>Null where the facts do not lead from there to the head.</summary>
    private async Task<LoadedStream<TState>?> LoadFromAsync(
        Snapshot? snapshot, LedgerReader reading, TailView view, StreamHead head, CancellationToken cancel)
    {
        var fold = new Fold<TState, TFact>(family, id);
        if (!TryRestore(fold, snapshot))
            return null;
        var hash = snapshot?.Hash ?? HashChain.InitialHash;
        await foreach (var run in reading.ReadStreamAsync(view, head, fold.Version + 1, cancel))
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
