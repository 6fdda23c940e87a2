using NodaTime;
using Outreach.Domain.Recording;

namespace Outreach.Server.Recording;

/// <summary>
/// The ids that one activation recorded lately, and what can be said of others without asking the ledger. Bounded: ids are
/// forgotten after a minute, or when there are more than <see cref="MaxCount"/>, but never while they could be missed.
/// </summary>
/// <remarks>
/// An id that is not here is one of three: made later than everything that was ever forgotten, so certainly new; or
/// recorded long ago; or made long ago and new. Between the last two only the ledger can tell. While it is asked, what is
/// recorded meanwhile is not forgotten, so that the window can be looked at again afterwards.
/// </remarks>
internal sealed class RecentIds(KnownIdFilter past)
{
    /// <summary>The most ids at hand.</summary>
    public const int MaxCount = 8_192;

    /// <summary>Fewer are not worth forgetting.</summary>
    private const int MinCount = 1_024;

    private static readonly Duration Retention = Duration.FromMinutes(1);

    private readonly Dictionary<Guid, long> versions = [];
    private readonly Queue<(Guid Id, long Version, Instant At)> inOrder = [];
    private readonly List<long> pendingQueries = [];
    private long latestForgotten = past.Latest;

    /// <summary>The version that first recorded an id, where it is at hand.</summary>
    public bool TryGetVersion(Guid id, out long version) => versions.TryGetValue(id, out version);

    /// <summary>Whether an id that is not at hand was certainly never recorded.</summary>
    /// <param name="ids">The present state's memory of ids.</param>
    public bool IsNew(Guid id, KnownIdFilter ids) => ids.IsNew(id, latestForgotten);

    /// <summary>Notes an id; one that is at hand keeps its first version.</summary>
    public void Add(Guid id, long version, Instant now)
    {
        if (versions.TryAdd(id, version))
            inOrder.Enqueue((id, version, now));
    }

    /// <summary>Takes back what was noted of a version and later ones: they were not recorded.</summary>
    public void RemoveFrom(long fromVersion)
    {
        var kept = inOrder.Where(entry => entry.Version < fromVersion).ToList();
        foreach (var entry in inOrder)
        {
            if (entry.Version >= fromVersion)
                versions.Remove(entry.Id);
        }

        inOrder.Clear();
        kept.ForEach(inOrder.Enqueue);
    }

    /// <summary>The ledger is being asked: what is recorded from the next version on is kept until <see cref="EndQuery"/>.</summary>
    public void BeginQuery(long version) => pendingQueries.Add(version);

    /// <summary>The ledger has answered what was asked at a version.</summary>
    public void EndQuery(long version) => pendingQueries.Remove(version);

    /// <summary>Forgets what is old.</summary>
    /// <param name="durable">The last version that the ledger can find.</param>
    /// <param name="ids">The present state's memory of ids.</param>
    public void Trim(long durable, KnownIdFilter ids, Instant now)
    {
        var last = durable;
        foreach (var version in pendingQueries)
            last = Math.Min(last, version);
        while (inOrder.Count > MinCount && inOrder.Peek() is var (id, version, at) && version <= last && (inOrder.Count > MaxCount || now - at > Retention))
        {
            inOrder.Dequeue();
            versions.Remove(id);
            if (KnownIdFilter.TimeOf(id) is { } time && !ids.IsAhead(id))
                latestForgotten = Math.Max(latestForgotten, time);
        }
    }
}
