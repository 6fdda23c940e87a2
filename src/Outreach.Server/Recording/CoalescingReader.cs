
namespace Outreach.Server.Recording;

/// <summary>Joins the reads of many callers: those that come while a read is under way share the next one.</summary>
/// <remarks>Each caller is answered by a read that began after its call, and so sees everything that was durable then.</remarks>
/// <param name="read">Reads the values of some keys.</param>
internal sealed class CoalescingReader<TKey, TValue>(Func<IReadOnlyCollection<TKey>, Task<IReadOnlyDictionary<TKey, TValue>>> read)
    where TKey : notnull
{
    private readonly Lock gate = new();
    private PendingRead? next;
    private bool reading;

    /// <summary>The values of the keys, and of others perhaps.</summary>
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
#pragma warning disable CA1031 // Whatever went wrong, the callers are told, and the next read may succeed.
            catch (Exception failed)
#pragma warning restore CA1031
            {
                round.Result.SetException(failed);
                _ = round.Result.Task.Exception; // Seen: the callers may have gone away.
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
