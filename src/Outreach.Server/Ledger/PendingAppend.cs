using NodaTime;

namespace Outreach.Server.Ledger;

/// <summary>One activation's right to append to its stream. The writer revokes it at the first failure.</summary>
internal sealed class JournalOwner(long version)
{
    private long durableVersion = version;
    private AppendFailure? failure;

    /// <summary>Why it may no longer append; null while it may.</summary>
    public AppendFailure? Failure => Volatile.Read(ref failure);

    /// <summary>The last version that is durable; initially the version that was loaded.</summary>
    public long DurableVersion => Volatile.Read(ref durableVersion);

    /// <summary>Revokes the right to append. Only the first reason is stored.</summary>
    public void Revoke(AppendFailure reason) => Interlocked.CompareExchange(ref failure, reason, null);

    /// <summary>Records that a commit made this version durable.</summary>
    public void AdvanceTo(long version) => Volatile.Write(ref durableVersion, version);
}

/// <summary>An append that is not committed yet. It owns its buffers until it is committed or failed.</summary>
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

    /// <summary>The buffer whose last part is the stored payload.</summary>
    public required PooledBuffer Buffer { get; init; }

    /// <summary>The offset of the payload in the buffer.</summary>
    public required int PayloadOffset { get; init; }

    public required AppendEffects Effects { get; init; }

    /// <summary>A snapshot of the state after this append, to be saved in the same commit; null for most appends.</summary>
    public Snapshot? Snapshot { get; set; }

    public long LastVersion => FirstVersion + Count - 1;

    /// <summary>The events as they are stored.</summary>
    public ReadOnlySpan<byte> StoredPayload => Buffer.Span[PayloadOffset..];

    /// <summary>The bytes that it takes from the queue's limit.</summary>
    public required int ReservedBytes { get; init; }

    public Task<long> Completion => completion.Task;

    public void Complete() => completion.TrySetResult(LastVersion);

    public void Fail(AppendFailure reason)
    {
        completion.TrySetException(reason.ToException());
        _ = completion.Task.Exception; // Marks it as observed: no caller may be waiting any more.
    }
}

/// <summary>Why appends fail. Each caller gets its own exception.</summary>
/// <param name="IsConflict">True if another writer appended first; false if it is not known whether they were written.</param>
internal sealed record AppendFailure(bool IsConflict, string Message, Exception? Cause = null)
{
    public Exception ToException() => IsConflict ? new StaleJournalException(Message) : new StoreUnavailableException(Message, Cause);
}

/// <summary>The stored state of a stream at a version.</summary>
internal sealed record Snapshot(string Stream, int SchemaVersion, long Version, byte[] Hash, byte[] Payload);
