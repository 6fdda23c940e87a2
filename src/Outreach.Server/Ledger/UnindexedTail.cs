namespace Outreach.Server.Ledger;

/// <summary>
/// What the commits after the watermark hold: the part of the ledger that the index does not know yet, kept in memory. It
/// has no gaps, so what is visible to a reader is in the tail, or in the index, or a few commits past the tail's end, and
/// those are read as needed.
/// </summary>
internal sealed class UnindexedTail
{
    private readonly Lock gate = new();
    private SegmentDirectory[] directories = new SegmentDirectory[64];
    private int start;
    private int end;
    private long after;
    private long weight;

    /// <summary>Keys and appends in it: what a search goes through.</summary>
    public long Weight => Volatile.Read(ref weight);

    /// <summary>Begins anew behind a watermark.</summary>
    public void Reset(long watermark)
    {
        lock (gate)
        {
            (directories, start, end, after, weight) = (new SegmentDirectory[64], 0, 0, watermark, 0);
        }
    }

    /// <summary>What it holds now. Look at it before the index: what leaves it is in the index already.</summary>
    public TailView GetView()
    {
        lock (gate)
        {
            return new TailView(after, new ArraySegment<SegmentDirectory>(directories, start, end - start));
        }
    }

    /// <summary>Adds a commit if it is the next; one that is known, or that comes after a gap, is passed over.</summary>
    public void Add(SegmentDirectory listing)
    {
        lock (gate)
        {
            if (listing.Position != after + (end - start) + 1)
                return;
            if (end == directories.Length)
                Grow();
            directories[end++] = listing;
            weight += GetWeight(listing);
        }
    }

    /// <summary>Forgets what the index holds.</summary>
    public void Trim(long watermark)
    {
        lock (gate)
        {
            while (start < end && directories[start].Position <= watermark)
                weight -= GetWeight(directories[start++]);
            after = Math.Max(after, watermark);
        }
    }

    /// <summary>A view that reaches up to a position which a reader sees.</summary>
    public async Task<TailView> CatchUpAsync(TailView view, LedgerReader reading, long position, CancellationToken cancel)
    {
        if (view.LastPosition >= position)
            return view;
        var listings = view.Directories.ToList();
        for (var last = view.LastPosition; last < position; last = listings[^1].Position)
            foreach (var listing in await reading.ReadDirectoriesAsync(last, position, 256, cancel))
            {
                listings.Add(listing);
                Add(listing);
            }
        return new TailView(view.Watermark, listings);
    }

    private static long GetWeight(SegmentDirectory listing) => listing.KeyCount + listing.Entries.Count;

    /// <summary>Into another array: views of this one stay as they are.</summary>
    private void Grow()
    {
        var larger = new SegmentDirectory[Math.Max(64, (end - start) * 2)];
        Array.Copy(directories, start, larger, 0, end - start);
        (directories, start, end) = (larger, 0, end - start);
    }
}

/// <summary>The tail as it was at a moment.</summary>
/// <param name="Watermark">The watermark.</param>
/// <param name="Directories">Every commit after it, in order, without gaps, up to the last it knows.</param>
internal sealed record TailView(long Watermark, IReadOnlyList<SegmentDirectory> Directories)
{
    /// <summary>The last position it knows.</summary>
    public long LastPosition => Watermark + Directories.Count;

    /// <summary>Where it holds versions of a stream in a span, both inclusive, upwards.</summary>
    public IEnumerable<SegmentSlice> FindSlices(string stream, long first, long last) =>
        from listing in Directories
        from entry in listing.Entries
        where entry.Stream == stream && entry.LastVersion >= first && entry.FirstVersion <= last
        select SegmentSlice.From(listing.Position, entry);

    /// <summary>Where it holds versions of a stream below one that can tell of a span of moments, downwards.</summary>
    public IEnumerable<SegmentSlice> FindSlicesBelow(string stream, long below, OccurredRange moments) =>
        from listing in Directories.Reverse()
        from entry in listing.Entries.Reverse()
        where entry.Stream == stream && below > entry.FirstVersion && moments.MayContain(entry)
        select SegmentSlice.From(listing.Position, entry);

    /// <summary>The facts of a stream that carry keys.</summary>
    public void FindKeys(string stream, IReadOnlySet<Guid> keys, Action<Guid, long> found)
    {
        foreach (var listing in Directories)
            foreach (var entry in listing.Entries)
                if (entry.Stream == stream)
                    for (var i = 0; i < entry.Keys.Length; i++)
                        if (keys.Contains(entry.Keys[i]))
                            found(entry.Keys[i], entry.FirstVersion + entry.KeyFacts[i]);
    }
}
