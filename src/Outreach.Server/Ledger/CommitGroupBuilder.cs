using System.Collections.Concurrent;
using NodaTime;

namespace Outreach.Server.Ledger;

/// <summary>Makes groups of what is queued, one at a time, in buffers that are used again.</summary>
internal sealed class CommitGroupBuilder(ViewRegistry views, IClock clock) : IDisposable
{
    private const int MaxPooled = 1_024;

    private readonly MergedRows rows = new(views, views.Everything);
    private readonly PooledBuffer payload = new(1 << 20);
    private readonly ConcurrentQueue<AppendEffects> pool = new();

    /// <summary>An empty gathering of effects, to be given back with <see cref="Return"/>. From any thread.</summary>
    public AppendEffects Rent() => pool.TryDequeue(out var gathered) ? gathered : new AppendEffects(views);

    public void Return(AppendEffects gathered)
    {
        gathered.Clear();
        if (pool.Count < MaxPooled)
            pool.Enqueue(gathered);
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
