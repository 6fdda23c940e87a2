namespace Outreach.Server.Ledger.Upkeep;

/// <summary>Describes stored facts again and gathers what they do, until there is enough to write.</summary>
internal sealed class ReplayBatch(ViewRegistry views, IReadOnlyDictionary<string, IStreamDefinition> families)
{
    private const int BatchSize = 50_000;

    private readonly AppendEffects effects = new(views);
    private readonly List<SegmentDirectory> directories = [];
    private int keys;

    /// <summary>Rows of views and promises.</summary>
    public MergedRows Rows { get; } = new(views);

    /// <summary>What the index is to hold, as the families tell it now; an append a listing.</summary>
    public IReadOnlyList<SegmentDirectory> Directories => directories;

    public bool IsFull => Rows.Count >= BatchSize || keys >= BatchSize;

    /// <summary>Describes one append. Facts of a family that is not known are indexed as they were.</summary>
    /// <returns>The entry as the family tells it now.</returns>
    public SegmentEntry Project(Segment segment, SegmentEntry entry)
    {
        var (name, id) = StreamName.Split(entry.Stream);
        var told = entry;
        if (families.TryGetValue(name, out var family))
        {
            effects.Clear();
            family.Project(id, segment.ReadRun(entry), effects);
            Rows.Merge(entry.Stream, effects);
            told = entry.WithEffects(effects);
        }
        directories.Add(new SegmentDirectory(segment.Directory.Position, [told]));
        keys += told.Keys.Length + 1;
        return told;
    }

    public void Clear()
    {
        Rows.Clear();
        directories.Clear();
        keys = 0;
    }
}
