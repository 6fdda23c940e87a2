namespace Outreach.Server.Ledger;

/// <summary>What waits for the writer, bounded in bytes and facts, and the errands it runs between commits.</summary>
internal sealed class WriterQueue(LedgerOptions options)
{
    private readonly object gate = new();
    private readonly Queue<PendingAppend> appends = new();
    private readonly Queue<Action> actions = new();
    private bool closed;
    private long bytes;
    private long facts;

    /// <summary>Makes room for an append, or refuses. It is the append's until <see cref="Release"/>.</summary>
    public bool TryReserve(int moreBytes, int moreFacts)
    {
        lock (gate)
        {
            if (facts > 0 && (bytes + moreBytes > options.MaxQueuedBytes || facts + moreFacts > options.MaxQueuedFacts))
                return false;
            bytes += moreBytes;
            facts += moreFacts;
            Instruments.SetQueuedBytes(bytes);
            return true;
        }
    }

    public void Release(int lessBytes, int lessFacts)
    {
        lock (gate)
        {
            bytes -= lessBytes;
            facts -= lessFacts;
            Instruments.SetQueuedBytes(bytes);
        }
    }

    /// <summary>Adds an append that room was made for.</summary>
    /// <returns>False where the writer has ended.</returns>
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

    /// <inheritdoc cref="TryAdd(PendingAppend)"/>
    public bool TryAdd(Action errand)
    {
        lock (gate)
        {
            if (closed)
                return false;
            actions.Enqueue(errand);
            Monitor.Pulse(gate);
            return true;
        }
    }

    /// <summary>Waits for work: appends that fit one commit, in the order they came, and at most one errand.</summary>
    /// <returns>False when it is closed and empty.</returns>
    public bool Take(List<PendingAppend> batch, out Action? errand)
    {
        lock (gate)
        {
            while (appends.Count == 0 && actions.Count == 0)
            {
                errand = null;
                if (closed)
                    return false;
                Monitor.Wait(gate);
            }
            actions.TryDequeue(out errand);
            for (var size = 0; size < options.MaxCommitBytes && appends.TryDequeue(out var append); size += append.ReservedBytes)
                batch.Add(append);
            return true;
        }
    }

    /// <summary>Takes nothing more in; what is there is still handed out.</summary>
    public void Close()
    {
        lock (gate)
        {
            closed = true;
            Monitor.Pulse(gate);
        }
    }
}
