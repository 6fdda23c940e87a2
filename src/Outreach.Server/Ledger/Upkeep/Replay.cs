namespace Outreach.Server.Ledger.Upkeep;

/// <summary>Describes stored facts again and gathers what they do, until there is enough to write.</summary>
internal sealed class Replay(ViewCatalog views, IReadOnlyDictionary<string, IFamily> families)
{
    private const int Enough = 50_000;

    private readonly Gathered effects = new(views);
    private readonly List<Listing> listings = [];
    private int keys;

    /// <summary>Rows of views and promises.</summary>
    public MergedRows Rows { get; } = new(views);

    /// <summary>What the index is to hold, as the families tell it now; an append a listing.</summary>
    public IReadOnlyList<Listing> Listings => listings;

    public bool IsFull => Rows.Count >= Enough || keys >= Enough;

    /// <summary>Describes one append. Facts of a family that is not known are indexed as they were.</summary>
    /// <returns>The entry as the family tells it now.</returns>
    public Entry Describe(Segment segment, Entry entry)
    {
        var (name, id) = StreamName.Split(entry.Stream);
        var told = entry;
        if (families.TryGetValue(name, out var family))
        {
            effects.Clear();
            family.Describe(id, segment.RunOf(entry), effects);
            Rows.Merge(entry.Stream, effects);
            told = entry.Retold(effects);
        }
        listings.Add(new Listing(segment.Listing.Position, [told]));
        keys += told.Keys.Length + 1;
        return told;
    }

    public void Clear()
    {
        Rows.Clear();
        listings.Clear();
        keys = 0;
    }
}
