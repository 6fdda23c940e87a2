using NodaTime;

namespace Outreach.Server.Ledger;

/// <summary>Builds commit groups from queued appends, one at a time, in buffers that are reused.</summary>
internal sealed class CommitGroupBuilder(ViewRegistry views, IClock clock) : IDisposable
{
    private const int MaxPooled = 1_024;

    private readonly MergedRows rows = new(views, views.Everything);
    private readonly PooledBuffer payload = new(1 << 20);
    /// <summary>
    /// The last returned is rented first, so that only as many grow to the size of a large append as are in use at once. From
    /// a queue all of them would.
    /// </summary>
    private readonly Stack<AppendEffects> pool = new();

    /// <summary>Effects without content, to be given back with <see cref="Return"/>. From any thread.</summary>
    public AppendEffects Rent()
    {
        lock (pool)
        {
            return pool.TryPop(out var effects) ? effects : new AppendEffects(views);
        }
    }

    public void Return(AppendEffects effects)
    {
        effects.Clear();
        lock (pool)
        {
            if (pool.Count < MaxPooled)
                pool.Push(effects);
        }
    }

    /// <summary>
    /// The first appends of a batch that can be written together: where two activations of one grain are in it, only the
    /// first one's, so that the store alone decides which of them was overtaken.
    /// </summary>
    public CommitGroup Build(List<PendingAppend> batch)
    {
        rows.Clear();
        payload.Clear();
        var advances = new Dictionary<string, HeadUpdate>();
        var entries = new List<SegmentEntry>(batch.Count);
        foreach (var append in batch)
        {
            if (!TryAdvance(append, advances))
                break;
            entries.Add(SegmentEntry.From(append, payload.Length));
            payload.Write(append.StoredPayload);
            rows.Merge(append.Stream, append.Effects);
        }
        return new CommitGroup
        {
            Appends = batch.GetRange(0, entries.Count),
            HeadUpdates = [.. advances.Values],
            Entries = entries,
            Directory = SegmentDirectory.Serialize(entries),
            Payload = payload,
            Rows = rows,
            CommittedAt = clock.GetCurrentInstant().ToUnixTimeTicks(),
        };
    }

    public void Dispose() => payload.Dispose();

    private static bool TryAdvance(PendingAppend append, Dictionary<string, HeadUpdate> advances)
    {
        if (!advances.TryGetValue(append.Stream, out var advance))
            advances.Add(append.Stream, advance = new HeadUpdate(append.Owner, append.Stream, append.FirstVersion - 1, append.PreviousHash));
        if (advance.Owner != append.Owner)
            return false;
        advance.Version = append.LastVersion;
        advance.Hash = append.Hash;
        return true;
    }
}
