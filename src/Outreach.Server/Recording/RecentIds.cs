using NodaTime;
using Outreach.Domain.Recording;

namespace Outreach.Server.Recording;

/// <summary>
/// The ids that one activation of a grain has recorded recently, and a test for ids that are certainly new. Ids are removed
/// after a minute, or if there are more than <see cref="MaxCount"/>, but not before the ledger can find them.
/// </summary>
/// <remarks>
/// An id that is not in memory is certainly new if it was created later than every removed id. Otherwise it was either
/// recorded long ago or created long ago and is new; only the ledger can distinguish these. During a query of the
/// ledger no newly recorded id is removed, so that the caller can look here again afterwards.
/// </remarks>
internal sealed class RecentIds(KnownIdFilter past)
{
    /// <summary>The maximum number of ids in memory.</summary>
    public const int MaxCount = 8_192;

    /// <summary>The number of ids up to which none is removed.</summary>
    private const int MinCount = 1_024;

    private static readonly Duration Retention = Duration.FromMinutes(1);

    private readonly Dictionary<Guid, long> versions = [];
    private readonly Queue<(Guid Id, long Version, Instant At)> inOrder = [];
    private readonly List<long> pendingQueries = [];
    private long latestForgotten = past.Latest;

    /// <summary>The version that first recorded an id, if it is in memory.</summary>
    public bool TryGetVersion(Guid id, out long version) => versions.TryGetValue(id, out version);

    /// <summary>True if an id that is not in memory was certainly never recorded.</summary>
    /// <param name="ids">The filter of the current state.</param>
    public bool IsNew(Guid id, KnownIdFilter ids) => ids.IsNew(id, latestForgotten);

    /// <summary>Adds an id. If it is already in memory, its version does not change.</summary>
    public void Add(Guid id, long version, Instant now)
    {
        if (versions.TryAdd(id, version))
            inOrder.Enqueue((id, version, now));
    }

    /// <summary>Removes the ids of a version and later versions, because their append failed.</summary>
    public void RemoveFrom(long fromVersion)
    {
        var remaining = inOrder.Where(entry => entry.Version < fromVersion).ToList();
        foreach (var entry in inOrder)
        {
            if (entry.Version >= fromVersion)
                versions.Remove(entry.Id);
        }

        inOrder.Clear();
        remaining.ForEach(inOrder.Enqueue);
    }

    /// <summary>Begins a query of the ledger: ids recorded after this version stay in memory until <see cref="EndQuery"/>.</summary>
    public void BeginQuery(long version) => pendingQueries.Add(version);

    /// <summary>Ends a query of the ledger that began at a version.</summary>
    public void EndQuery(long version) => pendingQueries.Remove(version);

    /// <summary>Removes old ids.</summary>
    /// <param name="durable">The last version that the ledger can find.</param>
    /// <param name="ids">The filter of the current state.</param>
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
