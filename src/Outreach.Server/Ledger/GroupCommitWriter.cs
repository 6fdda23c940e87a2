using System.Diagnostics;
using NodaTime;

namespace Outreach.Server.Ledger;

/// <summary>
/// The group-commit writer, one a process, on a thread of its own. While a transaction is being committed, everything that
/// arrives shares the next; nothing ever waits for company.
/// </summary>
internal sealed class GroupCommitWriter : IDisposable
{
    private readonly IStore store;
    private readonly CommitGroupBuilder builder;
    private readonly Action<SegmentDirectory> committed;
    private readonly ILogger log;
    private readonly StoreHealth health;
    private readonly WriterQueue queue;
    private readonly Thread thread;

    /// <param name="committed">Told of each commit, in order, before its callers are.</param>
    public GroupCommitWriter(IStore store, ViewRegistry views, IClock clock, LedgerOptions options, ILogger log, StoreHealth health, Action<SegmentDirectory> committed)
    {
        (this.store, this.log, this.health, this.committed) = (store, log, health, committed);
        queue = new WriterQueue(options);
        builder = new CommitGroupBuilder(views, clock);
        thread = new Thread(Run) { IsBackground = true, Name = "ledger writer" };
        thread.Start();
    }

    /// <inheritdoc cref="WriterQueue.TryReserve"/>
    public bool TryReserve(int bytes, int facts) => queue.TryReserve(bytes, facts);

    /// <summary>Gives room back that was made for an append which does not come.</summary>
    public void Release(int bytes, int facts) => queue.Release(bytes, facts);

    /// <summary>An empty gathering of effects for an append; it goes back by itself when the append ends.</summary>
    public AppendEffects RentEffects() => builder.Rent();

    /// <summary>Adds an append that room was made for. Appends of one owner go in in this order, or not at all.</summary>
    public void Enqueue(PendingAppend append)
    {
        if (!queue.TryAdd(append))
            Fail(append, new AppendFailure(false, "The ledger is closed."));
    }

    /// <summary>Runs something on the writer's thread, between two commits.</summary>
    public Task<T> RunAsync<T>(Func<T> errand)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var taken = queue.TryAdd(() =>
        {
            try
            {
                done.SetResult(errand());
            }
#pragma warning disable CA1031 // The writer outlives whatever an errand does; who sent it hears of it.
            catch (Exception e)
#pragma warning restore CA1031
            {
                done.SetException(e);
            }
        });
        return taken ? done.Task : Task.FromException<T>(new StoreUnavailableException("The ledger is closed."));
    }

    /// <summary>Runs something that writes: between two commits, or beside them where the store takes more than one writer.</summary>
    public Task<T> RunWriteAsync<T>(Func<T> errand) => store.IsShared ? Task.Run(errand) : RunAsync(errand);

    /// <summary>Writes what is queued, then ends.</summary>
    public void Dispose()
    {
        queue.Close();
        thread.Join();
        builder.Dispose();
    }

    private void Run()
    {
        var batch = new List<PendingAppend>();
        while (queue.Take(batch, out var errand))
        {
            errand?.Invoke();
            while (batch.Count > 0)
                Commit(batch);
        }
    }

    /// <summary>Commits as much of the batch as fits one group, and takes it out of the batch, whatever becomes of it.</summary>
    private void Commit(List<PendingAppend> batch)
    {
        FailRevoked(batch);
        if (batch.Count == 0)
            return;
        var owners = batch.Select(a => a.Owner);
        try
        {
            var group = builder.Build(batch);
            owners = group.HeadUpdates.Select(a => a.Owner);
            var started = Stopwatch.GetTimestamp();
            var outcome = store.Commit(group);
            if (outcome.Position == 0)
                RevokeConflicting(group, outcome.Conflicts);
            else
                Complete(batch, group, outcome.Position, started);
        }
#pragma warning disable CA1031 // Whatever went wrong, callers must not wait for ever, and the next commit may succeed.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Instruments.FailedCommits.Add(1);
            health.ReportFailure(e);
            log.LogError(e, "A commit failed; what it would have added may or may not be there");
            foreach (var owner in owners)
                owner.Revoke(new AppendFailure(false, "It is not known whether it was written.", e));
        }
        FailRevoked(batch);
    }

    private void Complete(List<PendingAppend> batch, CommitGroup group, long position, long started)
    {
        Instruments.CommitDuration.Record(Stopwatch.GetElapsedTime(started).TotalSeconds);
        Instruments.CommitFacts.Record(group.FactCount);
        health.ReportWrite();
        Instruments.Appends.Add(group.Appends.Count);
        committed(new SegmentDirectory(position, group.Entries));
        foreach (var advance in group.HeadUpdates)
            advance.Owner.AdvanceTo(advance.Version);
        foreach (var append in group.Appends)
        {
            append.Complete();
            ReleaseResources(append);
        }
        batch.RemoveRange(0, group.Appends.Count);
    }

    /// <summary>
    /// Poisons the owners that were overtaken; the rest of the batch is tried again without them. A store that refuses and
    /// names none of them gets none of them again.
    /// </summary>
    private static void RevokeConflicting(CommitGroup group, IReadOnlyList<string> conflicts)
    {
        var overtaken = group.HeadUpdates.Where(a => conflicts.Contains(a.Stream)).ToList();
        foreach (var advance in overtaken.Count > 0 ? overtaken : group.HeadUpdates)
        {
            Instruments.Conflicts.Add(1);
            advance.Owner.Revoke(new AppendFailure(true, $"Another writer was first on {advance.Stream} after version {advance.ExpectedVersion}."));
        }
    }

    private void FailRevoked(List<PendingAppend> batch)
    {
        foreach (var append in batch)
            if (append.Owner.Failure is { } failure)
                Fail(append, failure);
        batch.RemoveAll(a => a.Owner.Failure is not null);
    }

    private void Fail(PendingAppend append, AppendFailure failure)
    {
        append.Fail(failure);
        ReleaseResources(append);
    }

    private void ReleaseResources(PendingAppend append)
    {
        queue.Release(append.ReservedBytes, append.Count);
        append.Buffer.Dispose();
        builder.Return(append.Effects);
    }
}
