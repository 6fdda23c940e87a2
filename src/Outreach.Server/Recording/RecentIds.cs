using NodaTime;
using Outreach.Domain.Recording;

namespace Outreach.Server.Recording;

/// <summary>
/// The ids that one activation of a grain recorded lately, and which other ids are certainly new. Bounded: ids are forgotten
/// after a minute, or when there are more than <see cref="MaxCount"/>, but not before the ledger can find them.
/// </summary>
/// <remarks>
/// An id that is not here was made later than every forgotten id, and is certainly new; or it was recorded long ago; or it was
/// made long ago and is new. Only the ledger can tell the last two apart. While it is asked, nothing that is recorded is
/// forgotten, so that the caller can look here again afterwards.
/// </remarks>
internal sealed class RecentIds(KnownIdFilter past)
{
    /// <summary>The most ids in memory.</summary>
    public const int MaxCount = 8_192;

    /// <summary>With no more than this, none is forgotten.</summary>
    private const int MinCount = 1_024;

    private static readonly Duration Retention = Duration.FromMinutes(1);

    private readonly Dictionary<Guid, long> versions = [];
    private readonly Queue<(Guid Id, long Version, Instant At)> inOrder = [];
    private readonly List<long> pendingQueries = [];
    private long latestForgotten = past.Latest;

    /// <summary>The version that first recorded an id, if it is in memory.</summary>
    public bool TryGetVersion(Guid id, out long version) => versions.TryGetValue(id, out version);

    /// <summary>True if an id that is not in memory was certainly never recorded.</summary>
    /// <param name="ids">The ids that the present state knows.</param>
    public bool IsNew(Guid id, KnownIdFilter ids) => ids.IsNew(id, latestForgotten);

    /// <summary>Adds an id; one that is in memory keeps its first version.</summary>
    public void Add(Guid id, long version, Instant now)
    {
        if (versions.TryAdd(id, version))
            inOrder.Enqueue((id, version, now));
    }

    /// <summary>Removes the ids of a version and later ones, which were not recorded after all.</summary>
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

    /// <summary>The ledger is being asked: ids recorded after this version are kept until <see cref="EndQuery"/>.</summary>
    public void BeginQuery(long version) => pendingQueries.Add(version);

    /// <summary>The ledger has answered a query that began at a version.</summary>
    public void EndQuery(long version) => pendingQueries.Remove(version);

    /// <summary>Forgets what is old.</summary>
    /// <param name="durable">The last version that the ledger can find.</param>
    /// <param name="ids">The ids that the present state knows.</param>
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
