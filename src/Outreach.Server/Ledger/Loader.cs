using System.Text.Json;

namespace Outreach.Server.Ledger;

/// <summary>Loads a stream: a snapshot and the tail after it, and checks that the chain of hashes leads from one to the head.</summary>
internal sealed class Loader<TState, TFact>(Family<TState, TFact> family, string id)
    where TState : class
    where TFact : class
{
    private readonly string stream = StreamName.Of(family.Name, id);

    /// <exception cref="InvalidDataException">What is stored does not lead to the head: it was tampered with.</exception>
    public async Task<Loaded<TState>> LoadAsync(Reading reading, TailView view, CancellationToken cancel)
    {
        if (await reading.HeadAsync(stream, cancel) is not { } head)
            return new Loaded<TState>(family.Empty(id), 0, Chain.Start, 0, 0);
        var snapshot = await reading.SnapshotAsync(stream, family.SnapshotForm, cancel);
        return (snapshot is null ? null : await FromAsync(snapshot, reading, view, head, cancel))
            ?? await FromAsync(null, reading, view, head, cancel)
            ?? throw new InvalidDataException($"The facts of {stream} do not lead to its head at version {head.Version}: run verify.");
    }

    /// <summary>Null where the facts do not lead from there to the head.</summary>
    private async Task<Loaded<TState>?> FromAsync(
        Snapshot? snapshot, Reading reading, TailView view, Head head, CancellationToken cancel)
    {
        var fold = new Fold<TState, TFact>(family, id);
        if (!TryResume(fold, snapshot))
            return null;
        var hash = snapshot?.Hash ?? Chain.Start;
        await foreach (var run in reading.StreamAsync(view, head, fold.Version + 1, cancel))
        {
            fold.Apply(run, head.Version);
            hash = Chain.Hash(hash, stream, run);
        }
        return fold.Version == head.Version && hash.AsSpan().SequenceEqual(head.Hash)
            ? new Loaded<TState>(fold.State, fold.Version, hash, snapshot?.Version ?? 0, snapshot?.Payload.Length ?? 0)
            : null;
    }

    private static bool TryResume(Fold<TState, TFact> fold, Snapshot? snapshot)
    {
        try
        {
            if (snapshot is not null)
                fold.Resume(snapshot.Payload, snapshot.Version);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
