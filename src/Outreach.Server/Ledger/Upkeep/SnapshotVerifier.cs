namespace Outreach.Server.Ledger.Upkeep;

/// <summary>Compares a snapshot with the state and the hash that the facts come to at its version.</summary>
internal sealed class SnapshotVerifier(Snapshot snapshot, Action<string> finding)
{
    private byte[] hash = HashChain.InitialHash;
    private bool reached;

    /// <summary>Follows the fold of the stream, run by run.</summary>
    public void Follow(IFold fold, in FactRun run)
    {
        if (reached)
            return;
        hash = HashChain.ComputeHash(hash, snapshot.Stream, run);
        reached = fold.Version == snapshot.Version;
        if (reached && !fold.SerializeState().AsSpan().SequenceEqual(fold.Normalize(snapshot.Payload)))
            finding($"{snapshot.Stream} version {snapshot.Version}: its snapshot is not what the facts come to");
        if (reached && !hash.AsSpan().SequenceEqual(snapshot.Hash))
            finding($"{snapshot.Stream} version {snapshot.Version}: its snapshot does not have the hash of the chain");
    }

    /// <summary>Checks, after the last run, that an append ended where the snapshot was taken.</summary>
    public void CheckReached()
    {
        if (!reached)
            finding($"{snapshot.Stream} version {snapshot.Version}: there is a snapshot of this version, but no append ends at it");
    }
}
