using NodaTime;

namespace Outreach.Server.Ledger;

/// <summary>Builds commit groups from queued appends, one at a time, in buffers that are reused.</summary>
internal sealed class CommitGroupBuilder(ViewRegistry views, IClock clock) : IDisposable
{
    private const int MaxPooled = 1_024;

    private readonly MergedRows rows = new(views, views.Everything);
    private readonly PooledBuffer payload = new(1 << 20);
    /// <summary>
    /// A stack, so that the one returned last is rented first: only as many instances grow to the size of a large append as
    /// are in use at once. With a queue, all of them would.
    /// </summary>
    private readonly Stack<AppendEffects> pool = new();

    /// <summary>Rents empty effects; give them back with <see cref="Return"/>. Thread-safe.</summary>
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
    /// Builds a group from the first appends of a batch that can be committed together. It ends before the first append of a
    /// second owner of the same stream, so that the store decides which of the two owners is stale.
    /// </summary>
    public CommitGroup Build(List<PendingAppend> batch)
    {
        rows.Clear();
        payload.Clear();
        var updates = new Dictionary<string, HeadUpdate>();
        var entries = new List<SegmentEntry>(batch.Count);
        foreach (var append in batch)
        {
            if (!TryAdvance(append, updates))
                break;
            entries.Add(SegmentEntry.From(append, payload.Length));
            payload.Write(append.StoredPayload);
            rows.Merge(append.Stream, append.Effects);
        }
        return new CommitGroup
        {
            Appends = batch.GetRange(0, entries.Count),
            HeadUpdates = [.. updates.Values],
            Entries = entries,
            Directory = SegmentDirectory.Serialize(entries),
            Payload = payload,
            Rows = rows,
            CommittedAt = clock.GetCurrentInstant().ToUnixTimeTicks(),
        };
    }

    public void Dispose() => payload.Dispose();

    private static bool TryAdvance(PendingAppend append, Dictionary<string, HeadUpdate> updates)
    {
        if (!updates.TryGetValue(append.Stream, out var update))
            updates.Add(append.Stream, update = new HeadUpdate(append.Owner, append.Stream, append.FirstVersion - 1, append.PreviousHash));
        if (update.Owner != append.Owner)
            return false;
        update.Version = append.LastVersion;
        update.Hash = append.Hash;
        return true;
    }
}
