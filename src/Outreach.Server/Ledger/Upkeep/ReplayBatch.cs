namespace Outreach.Server.Ledger.Upkeep;

/// <summary>Projects stored events again and collects the resulting rows until there are enough to write.</summary>
internal sealed class ReplayBatch(ViewRegistry views, IReadOnlyDictionary<string, IStreamDefinition> definitions, ReplayScope scope)
{
    private const int BatchSize = 50_000;

    private readonly AppendEffects effects = new(views);
    private readonly List<SegmentDirectory> directories = [];
    private int keys;

    /// <summary>Rows of the scope's views, and promises if it includes them.</summary>
    public MergedRows Rows { get; } = new(views, scope);

    /// <summary>The new content of the index, one directory per append; empty if the scope does not include the index.</summary>
    public IReadOnlyList<SegmentDirectory> Directories => directories;

    public bool IsFull => Rows.Count >= BatchSize || keys >= BatchSize;

    /// <summary>Projects one append. Events of an unknown category are indexed by their stored keys and times.</summary>
    /// <returns>The entry with the keys and times that its events have now.</returns>
    public SegmentEntry Project(Segment segment, SegmentEntry entry)
    {
        var (category, id) = StreamName.Split(entry.Stream);
        var projected = entry;
        if (definitions.TryGetValue(category, out var definition) && scope.Covers(definition))
        {
            effects.Clear();
            definition.Project(id, segment.ReadRun(entry), effects);
            Rows.Merge(entry.Stream, effects);
            projected = entry.WithEffects(effects);
        }
        if (scope.IncludesIndex)
        {
            directories.Add(new SegmentDirectory(segment.Directory.Position, [projected]));
            keys += projected.Keys.Length + 1;
        }
        return projected;
    }

    public void Clear()
    {
        Rows.Clear();
        directories.Clear();
        keys = 0;
    }
}
