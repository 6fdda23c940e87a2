namespace Outreach.Server.Stock;

/// <summary>Reads for all who ask while a read is under way with the one that follows it: many askers cost two reads, not one each.</summary>
/// <remarks>Each is answered by a read that began after it asked, and so sees everything that was durable then.</remarks>
/// <param name="read">Reads the values of some keys.</param>
internal sealed class SharedReads<TKey, TValue>(Func<IReadOnlyCollection<TKey>, Task<IReadOnlyDictionary<TKey, TValue>>> read)
    where TKey : notnull
{
    private readonly Lock gate = new();
    private Round? next;
    private bool reading;

    /// <summary>The values of the keys, and of others perhaps.</summary>
    public Task<IReadOnlyDictionary<TKey, TValue>> AskAsync(IEnumerable<TKey> keys, CancellationToken cancel)
    {
        Round round;
        bool idle;
        lock (gate)
        {
            round = next ??= new Round();
            round.Keys.UnionWith(keys);
            (idle, reading) = (!reading, true);
        }

        if (idle)
            _ = Task.Run(ReadAsync, CancellationToken.None);
        return round.Answer.Task.WaitAsync(cancel);
    }

    private async Task ReadAsync()
    {
        while (TakeNext() is { } round)
        {
            try
            {
                round.Answer.SetResult(await read(round.Keys));
            }
#pragma warning disable CA1031 // Whatever went wrong, it is the askers' to know, and the next read may succeed.
            catch (Exception failed)
#pragma warning restore CA1031
            {
                round.Answer.SetException(failed);
                _ = round.Answer.Task.Exception; // Seen: the askers may have gone away.
            }
        }
    }

    private Round? TakeNext()
    {
        lock (gate)
        {
            var taken = next;
            (next, reading) = (null, taken is not null);
            return taken;
        }
    }

    private sealed class Round
    {
        public HashSet<TKey> Keys { get; } = [];

        public TaskCompletionSource<IReadOnlyDictionary<TKey, TValue>> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
