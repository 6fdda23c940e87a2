using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using NodaTime;

namespace Outreach.Server.Ledger;

/// <summary>One activation's hold on a stream: the folded state, and the way to add to it. Not thread-safe: one turn at a time.</summary>
/// <remarks>
/// <see cref="AppendAsync"/> folds at once and returns before the facts are durable, so that further calls decide on the state
/// to come while a commit is under way. If it fails, everything appended after it fails too and <see cref="Failed"/> is
/// set: the grain must deactivate and be loaded again.
/// </remarks>
public sealed class Journal<TState, TFact>
    where TState : class
    where TFact : class
{
    private readonly StreamDefinition<TState, TFact> family;
    private readonly string id;
    private readonly string stream;
    private readonly StoredLedger ledger;
    private readonly JournalOwner owner;
    private byte[] hash;
    private Task<long> lastAppend;
    private long snapshotVersion;
    private long snapshotBytes;
    private long bytesSinceSnapshot;

    internal Journal(StreamDefinition<TState, TFact> family, string id, StoredLedger ledger, LoadedStream<TState> loaded)
    {
        (this.family, this.id, this.ledger) = (family, id, ledger);
        stream = StreamName.Create(family.Category, id);
        (State, Version, hash) = (loaded.State, loaded.Version, loaded.Hash);
        (snapshotVersion, snapshotBytes) = (loaded.SnapshotVersion, loaded.SnapshotBytes);
        owner = new JournalOwner(loaded.Version);
        lastAppend = Task.FromResult(loaded.Version);
    }

    /// <summary>The state after every fact appended so far, durable or not.</summary>
    public TState State { get; private set; }

    /// <summary>The version of the last fact appended so far, durable or not; 0 for an empty stream.</summary>
    public long Version { get; private set; }

    /// <summary>The last version that is durable.</summary>
    public long DurableVersion => owner.DurableVersion;

    /// <summary>Whether an append failed: the state is void.</summary>
    public bool Failed => owner.Failure is not null;

    /// <summary>Appends facts as one, folds them, and completes when they are durable. No facts: completes when all before are.</summary>
    /// <param name="folded">The state after them, where whoever decided on them has folded them at this very moment already.</param>
    /// <returns>The version of the last fact.</returns>
    /// <exception cref="StaleJournalException">Another writer was first.</exception>
    /// <exception cref="StoreUnavailableException">It is not known whether they were written.</exception>
    /// <exception cref="LedgerFullException">Too much is waiting; nothing was taken and the journal stays whole.</exception>
    public Task<long> AppendAsync(IReadOnlyList<TFact> facts, Instant now, TState? folded = null)
    {
        if (owner.Failure is { } failure)
            return Task.FromException<long>(failure.ToException());
        if (facts.Count == 0)
            return lastAppend;
        // Stored times have whole ticks; what is folded now must be what a replay folds.
        var recordedAt = Instant.FromUnixTimeTicks(now.ToUnixTimeTicks());
        var buffer = new PooledBuffer(256 + (512 * facts.Count));
        var payloadAt = SerializeFacts(buffer, facts, recordedAt);
        if (!ledger.Writer.TryReserve(buffer.Length, facts.Count))
        {
            var refused = new LedgerFullException($"Too much waits to be written: {buffer.Length} bytes more for {stream} are beyond the limit.");
            buffer.Dispose();
            return Task.FromException<long>(refused);
        }
        var payloadBytes = buffer.Length - payloadAt;
        lastAppend = Enqueue(CreateAppend(facts, recordedAt, recordedAt == now ? folded : null, buffer, payloadAt), payloadBytes);
        return lastAppend;
    }

    /// <summary>
    /// Keeps a snapshot, if one is worth while, so that the next activation starts fast. For deactivation; a failure to
    /// keep it changes nothing.
    /// </summary>
    public async Task CloseAsync()
    {
        if (Failed || Version - snapshotVersion < StoredLedger.CloseSnapshotInterval)
            return;
        var snapshot = TakeSnapshot();
        try
        {
            await lastAppend;
            await ledger.SaveSnapshotAsync(snapshot);
        }
        catch (Exception e) when (e is StaleJournalException or StoreUnavailableException)
        {
            // Whoever loads the stream next replays from an older snapshot.
        }
    }

    private int SerializeFacts(PooledBuffer buffer, IReadOnlyList<TFact> facts, Instant recordedAt)
    {
        var payloadAt = HashChain.WriteHeader(buffer, hash, stream, Version + 1, facts.Count, recordedAt.ToUnixTimeTicks());
        var writer = Utf8JsonWriterCache.Get(buffer, family.FactJson.Options.Encoder);
        JsonSerializer.Serialize(writer, facts, family.FactsJson);
        writer.Flush();
        return payloadAt;
    }

    /// <summary>Folds and describes. If the family throws, the state may be half folded, and the journal is void.</summary>
    private PendingAppend CreateAppend(IReadOnlyList<TFact> facts, Instant recordedAt, TState? folded, PooledBuffer buffer, int payloadAt)
    {
        var effects = ledger.Writer.RentEffects();
        try
        {
            for (var i = 0; i < facts.Count; i++)
            {
                var recorded = new RecordedFact<TFact>(id, Version + 1 + i, recordedAt, facts[i]);
                effects.BeginFact(i);
                family.Project(recorded, effects);
                State = folded ?? family.Apply(State, recorded);
            }
        }
        catch (Exception e)
        {
            owner.Revoke(new AppendFailure(false, $"Folding into {stream} failed.", e));
            ledger.Writer.Release(buffer.Length, facts.Count);
            throw;
        }
        var bytes = buffer.Length;
        var hashed = SHA256.HashData(buffer.Span);
        if (PayloadCodec.TryCompress(buffer.Span[payloadAt..]) is { } shrunk)
        {
            buffer.Dispose();
            (buffer, payloadAt) = (shrunk, 0);
        }
        return new PendingAppend(owner, stream)
        {
            FirstVersion = Version + 1,
            Count = facts.Count,
            RecordedAt = recordedAt,
            PreviousHash = hash,
            Hash = hashed,
            Buffer = buffer,
            PayloadOffset = payloadAt,
            Effects = effects,
            ReservedBytes = bytes,
        };
    }

    private Task<long> Enqueue(PendingAppend append, int payloadBytes)
    {
        Version = append.LastVersion;
        hash = append.Hash;
        bytesSinceSnapshot += payloadBytes;
        // The tail after a snapshot is never many times as dear to load as the snapshot, nor snapshots dearer than facts.
        if (Version - snapshotVersion >= ledger.Options.SnapshotInterval && bytesSinceSnapshot >= 4 * snapshotBytes)
            append.Snapshot = TakeSnapshot();
        ledger.Writer.Enqueue(append);
        return append.Completion;
    }

    private Snapshot TakeSnapshot()
    {
        var payload = JsonSerializer.SerializeToUtf8Bytes(State, family.StateJson);
        (snapshotVersion, snapshotBytes, bytesSinceSnapshot) = (Version, payload.Length, 0);
        return new Snapshot(stream, family.SnapshotSchemaVersion, Version, hash, payload);
    }
}

/// <summary>A stream as it was loaded.</summary>
internal sealed record LoadedStream<TState>(TState State, long Version, byte[] Hash, long SnapshotVersion, long SnapshotBytes);

/// <summary>A JSON writer for each thread, used again and again.</summary>
internal static class Utf8JsonWriterCache
{
    [ThreadStatic]
    private static Utf8JsonWriter? writer;

    [ThreadStatic]
    private static JavaScriptEncoder? encoder;

    public static Utf8JsonWriter Get(PooledBuffer buffer, JavaScriptEncoder? wanted)
    {
        if (writer is null || encoder != wanted)
        {
            encoder = wanted;
            return writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = wanted, SkipValidation = true });
        }
        writer.Reset(buffer);
        return writer;
    }
}
