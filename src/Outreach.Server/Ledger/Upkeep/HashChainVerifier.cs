namespace Outreach.Server.Ledger.Upkeep;

/// <summary>Checks the hash chains of all streams in one pass, in the order of commit.</summary>
internal sealed class HashChainVerifier(Action<string> report)
{
    private readonly Dictionary<string, (long Version, byte[] Hash)> chainEnds = [];

    /// <summary>Checks one append against the one before it. After a finding the check continues from the stored hash.</summary>
    public void CheckAppend(Segment segment, SegmentEntry entry)
    {
        var (version, previousHash) = chainEnds.GetValueOrDefault(entry.Stream, (0, HashChain.InitialHash));
        chainEnds[entry.Stream] = (entry.LastVersion, entry.Hash);
        var location = $"{entry.Stream} version {entry.FirstVersion} at position {segment.Directory.Position}";
        if (entry.FirstVersion != version + 1)
            report($"{location}: expected version {version + 1}");
        var hash = HashChain.ComputeHash(previousHash, entry.Stream, segment.ReadRun(entry));
        if (!hash.AsSpan().SequenceEqual(entry.Hash))
            report($"{location}: expected hash {Convert.ToHexStringLower(hash)}, found {Convert.ToHexStringLower(entry.Hash)}");
    }

    /// <summary>Checks that every stream's head is where its chain ends.</summary>
    public void CheckHeads(IEnumerable<StreamHead> heads)
    {
        foreach (var head in heads)
            if (!chainEnds.Remove(head.Stream, out var end))
                report($"heads ({head.Stream}): expected nothing, found version {head.Version}");
            else if (end.Version != head.Version || !end.Hash.AsSpan().SequenceEqual(head.Hash))
                report($"heads ({head.Stream}): expected version {end.Version} hash {Convert.ToHexStringLower(end.Hash)}, "
                    + $"found version {head.Version} hash {Convert.ToHexStringLower(head.Hash)}");
        foreach (var (stream, end) in chainEnds)
            report($"heads ({stream}): expected version {end.Version}, found nothing");
    }
}
