using System.Collections.Concurrent;
using NodaTime;

namespace Outreach.Server.Ledger;

/// <summary>Makes groups of what is queued, one at a time, in buffers that are used again.</summary>
internal sealed class GroupBuilder(ViewCatalog views, IClock clock) : IDisposable
{
    private const int Spare = 1_024;

    private readonly MergedRows rows = new(views);
    private readonly PooledBuffer payload = new(1 << 20);
    private readonly ConcurrentQueue<Gathered> spare = new();

    /// <summary>An empty gathering of effects, to be given back with <see cref="Recycle"/>. From any thread.</summary>
    public Gathered Rent() => spare.TryDequeue(out var gathered) ? gathered : new Gathered(views);

    public void Recycle(Gathered gathered)
    {
        gathered.Clear();
        if (spare.Count < Spare)
            spare.Enqueue(gathered);
    }

    /// <summary>
    /// The first appends of a batch that can be written together: where two activations of one grain are in it, only the
    /// first one's, so that the store alone decides which of them was overtaken.
    /// </summary>
    public Group Build(List<PendingAppend> batch)
    {
        rows.Clear();
        payload.Clear();
        var advances = new Dictionary<string, Advance>();
        var entries = new List<Entry>(batch.Count);
        foreach (var append in batch)
        {
            if (!Follows(append, advances))
                break;
            entries.Add(Entry.Of(append, payload.Length));
            payload.Write(append.Stored);
            rows.Merge(append.Stream, append.Effects);
        }
        return new Group
        {
            Appends = batch.GetRange(0, entries.Count),
            Advances = [.. advances.Values],
            Entries = entries,
            Directory = Listing.Write(entries),
            Payload = payload,
            Rows = rows,
            CommittedAt = clock.GetCurrentInstant().ToUnixTimeTicks(),
        };
    }

    public void Dispose() => payload.Dispose();

    private static bool Follows(PendingAppend append, Dictionary<string, Advance> advances)
    {
        if (!advances.TryGetValue(append.Stream, out var advance))
            advances.Add(append.Stream, advance = new Advance(append.Owner, append.Stream, append.FirstVersion - 1, append.HashBefore));
        if (advance.Owner != append.Owner)
            return false;
        advance.Version = append.LastVersion;
        advance.Hash = append.Hash;
        return true;
    }
}
