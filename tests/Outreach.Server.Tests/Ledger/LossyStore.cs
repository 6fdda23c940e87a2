using System.Data.Common;
using Outreach.Server.Ledger;

namespace Outreach.Server.Tests.Ledger;

/// <summary>A store that can commit without answering, as when a network connection breaks.</summary>
internal sealed class LossyStore(IStore inner) : IStore
{
    public bool LoseAnswers { get; set; }

    public string Description => inner.Description;

    public bool IsShared => inner.IsShared;

    public string BeginReadSql => inner.BeginReadSql;

    public void Start(Action<ReplayScope> refill) => inner.Start(refill);

    public CommitResult Commit(CommitGroup group)
    {
        var outcome = inner.Commit(group);
        return LoseAnswers ? throw new TimeoutException("No answer.") : outcome;
    }

    public bool Index(long expectedWatermark, IReadOnlyList<SegmentDirectory> listings) => inner.Index(expectedWatermark, listings);

    public void SaveSnapshot(Snapshot snapshot) => inner.SaveSnapshot(snapshot);

    public IReadOnlyList<DuePromise> TakeDuePromises(long now, int limit) => inner.TakeDuePromises(now, limit);

    public void Probe() => inner.Probe();

    public void Backup(string file) => inner.Backup(file);

    public void Rebuild(ReplayScope scope, Action<IRebuildTransaction> rebuild) => inner.Rebuild(scope, rebuild);

    public ValueTask<DbConnection> OpenReaderAsync(CancellationToken cancel) => inner.OpenReaderAsync(cancel);

    public StoreUnavailableException Translate(Exception failed) => inner.Translate(failed);

    public Task<IReadOnlyList<string>> FindDamageAsync(DbConnection reader, CancellationToken cancel) => inner.FindDamageAsync(reader, cancel);

    public Task FindKeysAsync(DbConnection reader, long streamNo, IReadOnlyCollection<Guid> keys, Action<Guid, long> found, CancellationToken cancel) =>
        inner.FindKeysAsync(reader, streamNo, keys, found, cancel);

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
