namespace Outreach.Server.Ledger;

/// <summary>The appends that wait for the writer, bounded in bytes and events, and the actions it runs between commits.</summary>
internal sealed class WriterQueue(LedgerOptions options)
{
    private readonly object gate = new();
    private readonly Queue<PendingAppend> appends = new();
    private readonly Queue<Action> actions = new();
    private bool closed;
    private long bytes;
    private long facts;

    /// <summary>Reserves space for an append until <see cref="Release"/>; false if the queue is full.</summary>
    public bool TryReserve(int addedBytes, int addedFacts)
    {
        lock (gate)
        {
            if (facts > 0 && (bytes + addedBytes > options.MaxQueuedBytes || facts + addedFacts > options.MaxQueuedFacts))
                return false;
            bytes += addedBytes;
            facts += addedFacts;
            Instruments.SetQueuedBytes(bytes);
            return true;
        }
    }

    public void Release(int removedBytes, int removedFacts)
    {
        lock (gate)
        {
            bytes -= removedBytes;
            facts -= removedFacts;
            Instruments.SetQueuedBytes(bytes);
        }
    }

    /// <summary>Adds an append for which space is reserved.</summary>
    /// <returns>False if the queue is closed.</returns>
    public bool TryAdd(PendingAppend append)
    {
        lock (gate)
        {
            if (closed)
                return false;
            appends.Enqueue(append);
            Monitor.Pulse(gate);
            return true;
        }
    }

    /// <summary>Adds an action.</summary>
    /// <returns>False if the queue is closed.</returns>
    public bool TryAdd(Action action)
    {
        lock (gate)
        {
            if (closed)
                return false;
            actions.Enqueue(action);
            Monitor.Pulse(gate);
            return true;
        }
    }

    /// <summary>Waits for work and takes appends that fit one commit, in the order they were added, and at most one action.</summary>
    /// <returns>False if the queue is closed and empty.</returns>
    public bool Take(List<PendingAppend> batch, out Action? action)
    {
        lock (gate)
        {
            while (appends.Count == 0 && actions.Count == 0)
            {
                action = null;
                if (closed)
                    return false;
                Monitor.Wait(gate);
            }
            actions.TryDequeue(out action);
            for (var size = 0; size < options.MaxCommitBytes && appends.TryDequeue(out var append); size += append.ReservedBytes)
                batch.Add(append);
            return true;
        }
    }

    /// <summary>Accepts nothing more. What is already queued can still be taken.</summary>
    public void Close()
    {
        lock (gate)
        {
            closed = true;
            Monitor.Pulse(gate);
        }
    }
}
