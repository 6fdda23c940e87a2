namespace Outreach.Server.Ledger.Stores;

/// <summary>What a piece of the tail adds to the index, sorted as the tables are.</summary>
internal sealed class IndexRows
{
    /// <param name="numberOf">A stream's number in the store.</param>
    public IndexRows(IReadOnlyList<SegmentDirectory> listings, Func<string, long> numberOf)
    {
        var numbers = new Dictionary<string, long>();
        foreach (var listing in listings)
            foreach (var entry in listing.Entries)
            {
                if (!numbers.TryGetValue(entry.Stream, out var number))
                    numbers.Add(entry.Stream, number = numberOf(entry.Stream));
                Add(number, listing.Position, entry);
            }
        Entries.Sort((a, b) => (a.StreamNo, a.Entry.FirstVersion).CompareTo((b.StreamNo, b.Entry.FirstVersion)));
        // Guids are ordered as the bytes of RFC 9562 are, and so as both stores order them.
        Keys.Sort();
    }

    public List<(long StreamNo, long Position, SegmentEntry Entry)> Entries { get; } = [];

    /// <summary>Each key, once for every event that carries it.</summary>
    public List<(long StreamNo, Guid Key, long Version)> Keys { get; } = [];

    private void Add(long streamNo, long position, SegmentEntry entry)
    {
        Entries.Add((streamNo, position, entry));
        for (var i = 0; i < entry.Keys.Length; i++)
            Keys.Add((streamNo, entry.Keys[i], entry.FirstVersion + entry.KeyFacts[i]));
    }
}
