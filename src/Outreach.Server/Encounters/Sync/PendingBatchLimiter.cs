namespace Outreach.Server.Encounters.Sync;

/// <summary>Limits the number and the bytes of pending batches. A batch that is larger than the limit is processed alone.</summary>
internal sealed class PendingBatchLimiter(int batches, long bytes)
{
    private readonly Lock gate = new();
    private int pending;
    private long pendingBytes;
    private TaskCompletionSource? released;

    /// <summary>Waits until there is room for a batch.</summary>
    public async Task AcquireAsync(long size, CancellationToken cancel)
    {
        while (true)
        {
            Task wait;
            lock (gate)
            {
                if (pending == 0 || (pending < batches && pendingBytes + size <= bytes))
                {
                    pending++;
                    pendingBytes += size;
                    return;
                }

                wait = WaitForRelease();
            }

            await wait.WaitAsync(cancel);
        }
    }

    public void Release(long size)
    {
        TaskCompletionSource? waiting;
        lock (gate)
        {
            pending--;
            pendingBytes -= size;
            (waiting, released) = (released, null);
        }

        waiting?.TrySetResult();
    }

    /// <summary>Waits until nothing is pending.</summary>
    public async Task DrainAsync(CancellationToken cancel)
    {
        while (true)
        {
            Task wait;
            lock (gate)
            {
                if (pending == 0)
                    return;
                wait = WaitForRelease();
            }

            await wait.WaitAsync(cancel);
        }
    }

    private Task WaitForRelease() => (released ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
}
