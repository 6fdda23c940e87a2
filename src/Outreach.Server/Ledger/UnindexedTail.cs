namespace Outreach.Server.Ledger;

/// <summary>
/// The directories of the commits after the watermark, in memory: the part of the ledger that is not indexed yet. It has no
/// gaps, so everything that a reader can see is in the index, in the tail, or in a few commits after the end of the
/// tail, which are read when needed.
/// </summary>
internal sealed class UnindexedTail
{
    private readonly Lock gate = new();
    private SegmentDirectory[] directories = new SegmentDirectory[64];
    private int start;
    private int end;
    private long after;
    private long weight;

    /// <summary>The number of keys and appends in the tail: what a search reads through.</summary>
    public long Weight => Volatile.Read(ref weight);

    /// <summary>Empties the tail, to start after a watermark.</summary>
    public void Reset(long watermark)
    {
        lock (gate)
        {
            (directories, start, end, after, weight) = (new SegmentDirectory[64], 0, 0, watermark, 0);
        }
    }

    /// <summary>The current content. Read it before the index: entries are removed from the tail only once they are indexed.</summary>
    public TailSnapshot GetView()
    {
        lock (gate)
        {
            return new TailSnapshot(after, new ArraySegment<SegmentDirectory>(directories, start, end - start));
        }
    }

    /// <summary>Adds a commit if it is the next one; ignores a commit that is already present or would leave a gap.</summary>
    public void Add(SegmentDirectory directory)
    {
        lock (gate)
        {
            if (directory.Position != after + (end - start) + 1)
                return;
            if (end == directories.Length)
                Grow();
            directories[end++] = directory;
            weight += GetWeight(directory);
        }
    }

    /// <summary>Removes what is indexed.</summary>
    public void Trim(long watermark)
    {
        lock (gate)
        {
            while (start < end && directories[start].Position <= watermark)
                weight -= GetWeight(directories[start++]);
            after = Math.Max(after, watermark);
        }
    }

    /// <summary>Reads the commits that a view misses up to a position, adds them to the tail, and returns the complete view.</summary>
    public async Task<TailSnapshot> CatchUpAsync(TailSnapshot view, LedgerReader reader, long position, CancellationToken cancel)
    {
        if (view.LastPosition >= position)
            return view;
        var found = view.Directories.ToList();
        for (var last = view.LastPosition; last < position; last = found[^1].Position)
            foreach (var directory in await reader.ReadDirectoriesAsync(last, position, 256, cancel))
            {
                found.Add(directory);
                Add(directory);
            }
        return new TailSnapshot(view.Watermark, found);
    }

    private static long GetWeight(SegmentDirectory directory) => directory.KeyCount + directory.Entries.Count;

    /// <summary>Copies into a new array, so that existing views of the old one do not change.</summary>
    private void Grow()
    {
        var larger = new SegmentDirectory[Math.Max(64, (end - start) * 2)];
        Array.Copy(directories, start, larger, 0, end - start);
        (directories, start, end) = (larger, 0, end - start);
    }
}

/// <summary>The content of the tail at one moment.</summary>
/// <param name="Watermark">The position up to which commits are indexed.</param>
/// <param name="Directories">The commits after the watermark, in order, without gaps.</param>
internal sealed record TailSnapshot(long Watermark, IReadOnlyList<SegmentDirectory> Directories)
{
    /// <summary>The last position in the view.</summary>
    public long LastPosition => Watermark + Directories.Count;

    /// <summary>Slices that contain versions of a range, both inclusive, in ascending order.</summary>
    public IEnumerable<SegmentSlice> FindSlices(string stream, long first, long last) =>
        from directory in Directories
        from entry in directory.Entries
        where entry.Stream == stream && entry.LastVersion >= first && entry.FirstVersion <= last
        select SegmentSlice.From(directory.Position, entry);

    /// <summary>Slices below a version that may contain events of a time range, in descending order.</summary>
    public IEnumerable<SegmentSlice> FindSlicesBelow(string stream, long belowVersion, OccurredRange occurred) =>
        from directory in Directories.Reverse()
        from entry in directory.Entries.Reverse()
        where entry.Stream == stream && belowVersion > entry.FirstVersion && occurred.MayContain(entry)
        select SegmentSlice.From(directory.Position, entry);

    /// <summary>Finds the versions of a stream's events that have any of the keys.</summary>
    public void FindKeys(string stream, IReadOnlySet<Guid> keys, Action<Guid, long> found)
    {
        foreach (var directory in Directories)
            foreach (var entry in directory.Entries)
                if (entry.Stream == stream)
                    for (var i = 0; i < entry.Keys.Length; i++)
                        if (keys.Contains(entry.Keys[i]))
                            found(entry.Keys[i], entry.FirstVersion + entry.KeyFacts[i]);
    }
}
