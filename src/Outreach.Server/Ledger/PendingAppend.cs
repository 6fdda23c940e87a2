using NodaTime;

namespace Outreach.Server.Ledger;

/// <summary>One activation's right to append. The writer takes it away at the first failure: by owner, not by stream.</summary>
internal sealed class Owner(long version)
{
    private long durable = version;
    private Failure? failure;

    /// <summary>Why it may append no more; null while it may.</summary>
    public Failure? Failure => Volatile.Read(ref failure);

    /// <summary>The last version that is durable: at first the one that was loaded.</summary>
    public long Durable => Volatile.Read(ref durable);

    /// <summary>Takes the right away. The first reason stays.</summary>
    public void Revoke(Failure reason) => Interlocked.CompareExchange(ref failure, reason, null);

    /// <summary>A commit made this version durable.</summary>
    public void Advance(long version) => Volatile.Write(ref durable, version);
}

/// <summary>An append on its way to the store. Its buffers are its own until it is committed or failed.</summary>
internal sealed class PendingAppend(Owner owner, string stream)
{
    private readonly TaskCompletionSource<long> done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Owner Owner => owner;

    public string Stream => stream;

    public required long FirstVersion { get; init; }

    public required int Count { get; init; }

    public required Instant RecordedAt { get; init; }

    /// <summary>The hash of the append before it.</summary>
    public required byte[] HashBefore { get; init; }

    public required byte[] Hash { get; init; }

    /// <summary>The payload as it is stored, at the end.</summary>
    public required PooledBuffer Buffer { get; init; }

    /// <summary>Where the payload begins in the buffer.</summary>
    public required int PayloadAt { get; init; }

    public required Gathered Effects { get; init; }

    /// <summary>A snapshot of the state after it, to be kept in the same commit; null for most.</summary>
    public Snapshot? Snapshot { get; set; }

    public long LastVersion => FirstVersion + Count - 1;

    /// <summary>Its facts as they are stored.</summary>
    public ReadOnlySpan<byte> Stored => Buffer.Span[PayloadAt..];

    /// <summary>What it counts for against the limit of the queue.</summary>
    public required int Bytes { get; init; }

    public Task<long> Done => done.Task;

    public void Complete() => done.TrySetResult(LastVersion);

    public void Fail(Failure reason)
    {
        done.TrySetException(reason.ToException());
        _ = done.Task.Exception; // Seen: a caller may have gone away.
    }
}

/// <summary>Why appends fail, for as many callers as there are.</summary>
/// <param name="Overtaken">Whether another writer was first; otherwise it is not known what became of them.</param>
internal sealed record Failure(bool Overtaken, string Message, Exception? Cause = null)
{
    public Exception ToException() => Overtaken ? new StaleJournalException(Message) : new StoreUnavailableException(Message, Cause);
}

/// <summary>A stream's state at a version.</summary>
internal sealed record Snapshot(string Stream, int Form, long Version, byte[] Hash, byte[] Payload);
