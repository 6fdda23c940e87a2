using NodaTime;

namespace Outreach.Server.Ledger;

/// <summary>One activation's right to append. The writer takes it away at the first failure: by owner, not by stream.</summary>
internal sealed class JournalOwner(long version)
{
    private long durableVersion = version;
    private AppendFailure? failure;

    /// <summary>Why it may append no more; null while it may.</summary>
    public AppendFailure? Failure => Volatile.Read(ref failure);

    /// <summary>The last version that is durable: at first the one that was loaded.</summary>
    public long DurableVersion => Volatile.Read(ref durableVersion);

    /// <summary>Takes the right away. The first reason stays.</summary>
    public void Revoke(AppendFailure reason) => Interlocked.CompareExchange(ref failure, reason, null);

    /// <summary>A commit made this version durable.</summary>
    public void AdvanceTo(long version) => Volatile.Write(ref durableVersion, version);
}

/// <summary>An append on its way to the store. Its buffers are its own until it is committed or failed.</summary>
internal sealed class PendingAppend(JournalOwner owner, string stream)
{
    private readonly TaskCompletionSource<long> completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public JournalOwner Owner => owner;

    public string Stream => stream;

    public required long FirstVersion { get; init; }

    public required int Count { get; init; }

    public required Instant RecordedAt { get; init; }

    /// <summary>The hash of the append before it.</summary>
    public required byte[] PreviousHash { get; init; }

    public required byte[] Hash { get; init; }

    /// <summary>The payload as it is stored, at the end.</summary>
    public required PooledBuffer Buffer { get; init; }

    /// <summary>Where the payload begins in the buffer.</summary>
    public required int PayloadOffset { get; init; }

    public required AppendEffects Effects { get; init; }

    /// <summary>A snapshot of the state after it, to be kept in the same commit; null for most.</summary>
    public Snapshot? Snapshot { get; set; }

    public long LastVersion => FirstVersion + Count - 1;

    /// <summary>Its facts as they are stored.</summary>
    public ReadOnlySpan<byte> StoredPayload => Buffer.Span[PayloadOffset..];

    /// <summary>What it counts for against the limit of the queue.</summary>
    public required int ReservedBytes { get; init; }

    public Task<long> Completion => completion.Task;

    public void Complete() => completion.TrySetResult(LastVersion);

    public void Fail(AppendFailure reason)
    {
        completion.TrySetException(reason.ToException());
        _ = completion.Task.Exception; // Seen: a caller may have gone away.
    }
}

/// <summary>Why appends fail, for as many callers as there are.</summary>
/// <param name="IsConflict">Whether another writer was first; otherwise it is not known what became of them.</param>
internal sealed record AppendFailure(bool IsConflict, string Message, Exception? Cause = null)
{
    public Exception ToException() => IsConflict ? new StaleJournalException(Message) : new StoreUnavailableException(Message, Cause);
}

/// <summary>A stream's state at a version.</summary>
internal sealed record Snapshot(string Stream, int SchemaVersion, long Version, byte[] Hash, byte[] Payload);
