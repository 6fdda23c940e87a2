
namespace Outreach.Server.Recording;

/// <summary>Combines the reads of many callers: callers that arrive during a read share the next one.</summary>
/// <remarks>Each caller gets the result of a read that began after its call, and so sees everything that was durable then.</remarks>
/// <param name="read">Reads the values of some keys.</param>
internal sealed class CoalescingReader<TKey, TValue>(Func<IReadOnlyCollection<TKey>, Task<IReadOnlyDictionary<TKey, TValue>>> read)
    where TKey : notnull
{
    private readonly Lock gate = new();
    private PendingRead? next;
    private bool reading;

    /// <summary>The values of the keys, and possibly of other keys.</summary>
    public Task<IReadOnlyDictionary<TKey, TValue>> LoadAsync(IEnumerable<TKey> keys, CancellationToken cancel)
    {
        PendingRead round;
        bool idle;
        lock (gate)
        {
            round = next ??= new PendingRead();
            round.Keys.UnionWith(keys);
            (idle, reading) = (!reading, true);
        }

        if (idle)
            _ = Task.Run(ReadAsync, CancellationToken.None);
        return round.Result.Task.WaitAsync(cancel);
    }

    private async Task ReadAsync()
    {
        while (TakeNext() is { } round)
        {
            try
            {
                round.Result.SetResult(await read(round.Keys));
            }
#pragma warning disable CA1031 // The callers get the exception, and the next read may succeed.
            catch (Exception failed)
#pragma warning restore CA1031
            {
                round.Result.SetException(failed);
                _ = round.Result.Task.Exception; // Marks it as observed: the callers may have been cancelled.
            }
        }
    }

    private PendingRead? TakeNext()
    {
        lock (gate)
        {
            var taken = next;
            (next, reading) = (null, taken is not null);
            return taken;
        }
    }

    private sealed class PendingRead
    {
        public HashSet<TKey> Keys { get; } = [];

        public TaskCompletionSource<IReadOnlyDictionary<TKey, TValue>> Result { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
