using System.Diagnostics;
using NodaTime;

namespace Outreach.Server.Ledger;

/// <summary>
/// Commits queued appends in groups, on its own thread; one per process. Appends that arrive while a transaction is being
/// committed share the next one. It never waits for a group to fill.
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

    /// <summary>Releases the space that was reserved for an append that will not be enqueued.</summary>
    public void Release(int bytes, int facts) => queue.Release(bytes, facts);

    /// <summary>Rents empty effects for an append; they are returned when the append ends.</summary>
    public AppendEffects RentEffects() => builder.Rent();

    /// <summary>Queues an append for which space is reserved. Appends of one owner are committed in this order, or fail.</summary>
    public void Enqueue(PendingAppend append)
    {
        if (!queue.TryAdd(append))
            Fail(append, new AppendFailure(false, "The ledger is closed."));
    }

    /// <summary>Runs an action on the writer's thread, between two commits.</summary>
    public Task<T> RunAsync<T>(Func<T> action)
    {
        var completion = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var added = queue.TryAdd(() =>
        {
            try
            {
                completion.SetResult(action());
            }
#pragma warning disable CA1031 // The writer must survive a failed action; the caller gets the exception.
            catch (Exception e)
#pragma warning restore CA1031
            {
                completion.SetException(e);
            }
        });
        return added ? completion.Task : Task.FromException<T>(new StoreUnavailableException("The ledger is closed."));
    }

    /// <summary>Runs an action that writes: between two commits, or concurrently if the store allows several writers.</summary>
    public Task<T> RunWriteAsync<T>(Func<T> action) => store.IsShared ? Task.Run(action) : RunAsync(action);

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
        while (queue.Take(batch, out var action))
        {
            action?.Invoke();
            while (batch.Count > 0)
                Commit(batch);
        }
    }

    /// <summary>Commits as much of the batch as fits one group, and removes it from the batch, whether it succeeds or fails.</summary>
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
#pragma warning disable CA1031 // Callers must not wait indefinitely, and the next commit may succeed.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Instruments.FailedCommits.Add(1);
            health.ReportFailure(e);
            log.LogError(e, "A commit failed; what it would have added may or may not be there");
            foreach (var owner in owners)
                owner.Revoke(new AppendFailure(false, "It is not known whether the events were written.", e));
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
        foreach (var update in group.HeadUpdates)
            update.Owner.AdvanceTo(update.Version);
        foreach (var append in group.Appends)
        {
            append.Complete();
            ReleaseResources(append);
        }
        batch.RemoveRange(0, group.Appends.Count);
    }

    /// <summary>
    /// Revokes the owners of conflicting appends; the rest of the batch is committed without them. If the store refuses
    /// without naming a stream of the group, all owners are revoked.
    /// </summary>
    private static void RevokeConflicting(CommitGroup group, IReadOnlyList<string> conflicts)
    {
        var conflicting = group.HeadUpdates.Where(a => conflicts.Contains(a.Stream)).ToList();
        foreach (var update in conflicting.Count > 0 ? conflicting : group.HeadUpdates)
        {
            Instruments.Conflicts.Add(1);
            update.Owner.Revoke(new AppendFailure(true, $"Another writer appended to {update.Stream} first, after version {update.ExpectedVersion}."));
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
