namespace Outreach.Server.Ledger.Upkeep;

/// <summary>Walks the chains of all streams at once, in the order of commit.</summary>
internal sealed class HashChainVerifier(Action<string> finding)
{
    private readonly Dictionary<string, (long Version, byte[] Hash)> chainEnds = [];

    /// <summary>Checks one append against the one before it. After a finding the chain goes on as it is stored.</summary>
    /// <returns>Whether the facts are those that were appended.</returns>
    public bool CheckAppend(Segment segment, SegmentEntry entry)
    {
        var (version, before) = chainEnds.GetValueOrDefault(entry.Stream, (0, HashChain.InitialHash));
        chainEnds[entry.Stream] = (entry.LastVersion, entry.Hash);
        var where = $"{entry.Stream} version {entry.FirstVersion} at position {segment.Directory.Position}";
        if (entry.FirstVersion != version + 1)
            finding($"{where}: expected version {version + 1}");
        var hash = HashChain.ComputeHash(before, entry.Stream, segment.ReadRun(entry));
        if (hash.AsSpan().SequenceEqual(entry.Hash))
            return true;
        finding($"{where}: expected hash {Convert.ToHexStringLower(hash)}, found {Convert.ToHexStringLower(entry.Hash)}");
        return false;
    }

    /// <summary>Checks that every stream's head is where its chain ends.</summary>
    public void CheckHeads(IEnumerable<StreamHead> heads)
    {
        foreach (var head in heads)
            if (!chainEnds.Remove(head.Stream, out var end))
                finding($"heads ({head.Stream}): expected nothing, found version {head.Version}");
            else if (end.Version != head.Version || !end.Hash.AsSpan().SequenceEqual(head.Hash))
                finding($"heads ({head.Stream}): expected version {end.Version} hash {Convert.ToHexStringLower(end.Hash)}, "
                    + $"found version {head.Version} hash {Convert.ToHexStringLower(head.Hash)}");
        foreach (var (stream, end) in chainEnds)
            finding($"heads ({stream}): expected version {end.Version}, found nothing");
    }
}
