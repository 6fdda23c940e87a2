namespace Outreach.Server.Ledger;

/// <summary>
/// What the commits after the watermark hold: the part of the ledger that the index does not know yet, kept in memory. It
/// has no gaps, so what is visible to a reader is in the tail, or in the index, or a few commits past the tail's end, and
/// those are read as needed.
/// </summary>
internal sealed class Tail
{
    private readonly Lock gate = new();
    private Listing[] listings = new Listing[64];
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
            (listings, start, end, after, weight) = (new Listing[64], 0, 0, watermark, 0);
        }
    }

    /// <summary>What it holds now. Look at it before the index: what leaves it is in the index already.</summary>
    public TailView View()
    {
        lock (gate)
        {
            return new TailView(after, new ArraySegment<Listing>(listings, start, end - start));
        }
    }

    /// <summary>Adds a commit if it is the next; one that is known, or that comes after a gap, is passed over.</summary>
    public void Add(Listing listing)
    {
        lock (gate)
        {
            if (listing.Position != after + (end - start) + 1)
                return;
            if (end == listings.Length)
                Move();
            listings[end++] = listing;
            weight += WeightOf(listing);
        }
    }

    /// <summary>Forgets what the index holds.</summary>
    public void Trim(long watermark)
    {
        lock (gate)
        {
            while (start < end && listings[start].Position <= watermark)
                weight -= WeightOf(listings[start++]);
            after = Math.Max(after, watermark);
        }
    }

    /// <summary>A view that reaches up to a position which a reader sees.</summary>
    public async Task<TailView> CatchUpAsync(TailView view, Reading reading, long position, CancellationToken cancel)
    {
        if (view.Last >= position)
            return view;
        var listings = view.Listings.ToList();
        for (var last = view.Last; last < position; last = listings[^1].Position)
            foreach (var listing in await reading.ListingsAsync(last, position, 256, cancel))
            {
                listings.Add(listing);
                Add(listing);
            }
        return new TailView(view.After, listings);
    }

    private static long WeightOf(Listing listing) => listing.Keys + listing.Entries.Count;

    /// <summary>Into another array: views of this one stay as they are.</summary>
    private void Move()
    {
        var larger = new Listing[Math.Max(64, (end - start) * 2)];
        Array.Copy(listings, start, larger, 0, end - start);
        (listings, start, end) = (larger, 0, end - start);
    }
}

/// <summary>The tail as it was at a moment.</summary>
/// <param name="After">The watermark.</param>
/// <param name="Listings">Every commit after it, in order, without gaps, up to the last it knows.</param>
internal sealed record TailView(long After, IReadOnlyList<Listing> Listings)
{
    /// <summary>The last position it knows.</summary>
    public long Last => After + Listings.Count;

    /// <summary>Where it holds versions of a stream in a span, both inclusive, upwards.</summary>
    public IEnumerable<Place> Places(string stream, long first, long last) =>
        from listing in Listings
        from entry in listing.Entries
        where entry.Stream == stream && entry.LastVersion >= first && entry.FirstVersion <= last
        select Place.Of(listing.Position, entry);

    /// <summary>Where it holds versions of a stream below one that can tell of a span of moments, downwards.</summary>
    public IEnumerable<Place> PlacesBelow(string stream, long below, Moments moments) =>
        from listing in Listings.Reverse()
        from entry in listing.Entries.Reverse()
        where entry.Stream == stream && below > entry.FirstVersion && moments.CanHold(entry)
        select Place.Of(listing.Position, entry);

    /// <summary>The facts of a stream that carry keys.</summary>
    public void Find(string stream, IReadOnlySet<Guid> keys, Action<Guid, long> found)
    {
        foreach (var listing in Listings)
            foreach (var entry in listing.Entries)
                if (entry.Stream == stream)
                    for (var i = 0; i < entry.Keys.Length; i++)
                        if (keys.Contains(entry.Keys[i]))
                            found(entry.Keys[i], entry.FirstVersion + entry.KeyFacts[i]);
    }
}
