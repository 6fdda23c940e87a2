using System.Data.Common;
using Outreach.Server.Ledger;

namespace Outreach.Server.Tests.Ledger;

/// <summary>A store whose commits happen and whose answers get lost, as over a network that breaks.</summary>
internal sealed class LossyStore(IStore inner) : IStore
{
    public bool LoseAnswers { get; set; }

    public string Description => inner.Description;

    public bool Shared => inner.Shared;

    public string BeginRead => inner.BeginRead;

    public void Start(Action fill) => inner.Start(fill);

    public Outcome Commit(Group group)
    {
        var outcome = inner.Commit(group);
        return LoseAnswers ? throw new TimeoutException("No answer.") : outcome;
    }

    public bool Index(long expectedWatermark, IReadOnlyList<Listing> listings) => inner.Index(expectedWatermark, listings);

    public void Keep(Snapshot snapshot) => inner.Keep(snapshot);

    public IReadOnlyList<DuePromise> Take(long now, int limit) => inner.Take(now, limit);

    public void Rebuild(Action<IRebuilding> rebuild) => inner.Rebuild(rebuild);

    public ValueTask<DbConnection> OpenReaderAsync(CancellationToken cancel) => inner.OpenReaderAsync(cancel);

    public Task FindAsync(DbConnection reader, long streamNo, IReadOnlyCollection<Guid> keys, Action<Guid, long> found, CancellationToken cancel) =>
        inner.FindAsync(reader, streamNo, keys, found, cancel);

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
