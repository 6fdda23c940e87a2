using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using NodaTime;

namespace Outreach.Server.Ledger;

/// <summary>The state of one stream in one activation of its grain, and the way to append to it. Not thread-safe: one turn at a time.</summary>
/// <remarks>
/// <see cref="AppendAsync"/> folds the events at once and returns before they are durable, so that further calls decide on
/// the new state while a commit is running. If the commit fails, every later append fails too and <see cref="Failed"/> is
/// true: the grain must deactivate and load the stream again.
/// </remarks>
public sealed class Journal<TState, TFact>
    where TState : class
    where TFact : class
{
    private readonly StreamDefinition<TState, TFact> definition;
    private readonly string id;
    private readonly string stream;
    private readonly StoredLedger ledger;
    private readonly JournalOwner owner;
    private byte[] hash;
    private Task<long> lastAppend;
    private long snapshotVersion;
    private long snapshotBytes;
    private long bytesSinceSnapshot;

    internal Journal(StreamDefinition<TState, TFact> definition, string id, StoredLedger ledger, LoadedStream<TState> loaded)
    {
        (this.definition, this.id, this.ledger) = (definition, id, ledger);
        stream = StreamName.Create(definition.Category, id);
        (State, Version, hash) = (loaded.State, loaded.Version, loaded.Hash);
        (snapshotVersion, snapshotBytes) = (loaded.SnapshotVersion, loaded.SnapshotBytes);
        owner = new JournalOwner(loaded.Version);
        lastAppend = Task.FromResult(loaded.Version);
    }

    /// <summary>The state after every event appended so far, durable or not.</summary>
    public TState State { get; private set; }

    /// <summary>The version of the last event appended so far, durable or not; 0 for an empty stream.</summary>
    public long Version { get; private set; }

    /// <summary>The last version that is durable.</summary>
    public long DurableVersion => owner.DurableVersion;

    /// <summary>True if an append failed. The state is then invalid.</summary>
    public bool Failed => owner.Failure is not null;

    /// <summary>
    /// Appends events as one unit, folds them, and completes when they are durable. With no events, completes when all
    /// earlier appends are durable.
    /// </summary>
    /// <param name="folded">The state after the events, if the caller has already folded them with the same <paramref name="now"/>; otherwise null.</param>
    /// <returns>The version of the last event.</returns>
    /// <exception cref="StaleJournalException">Another writer appended first.</exception>
    /// <exception cref="StoreUnavailableException">It is not known whether the events were written.</exception>
    /// <exception cref="LedgerFullException">The queue is full; nothing was accepted and the journal can still be used.</exception>
    public Task<long> AppendAsync(IReadOnlyList<TFact> facts, Instant now, TState? folded = null)
    {
        if (owner.Failure is { } failure)
            return Task.FromException<long>(failure.ToException());
        if (facts.Count == 0)
            return lastAppend;
        // Stored times have a precision of one tick; folding now must give the same state as a replay.
        var recordedAt = Instant.FromUnixTimeTicks(now.ToUnixTimeTicks());
        var buffer = new PooledBuffer(256 + (512 * facts.Count));
        var payloadAt = SerializeFacts(buffer, facts, recordedAt);
        if (!ledger.Writer.TryReserve(buffer.Length, facts.Count))
        {
            var refused = new LedgerFullException($"The write queue is full: {buffer.Length} more bytes for {stream} are beyond its limit.");
            buffer.Dispose();
            return Task.FromException<long>(refused);
        }
        var payloadBytes = buffer.Length - payloadAt;
        lastAppend = Enqueue(CreateAppend(facts, recordedAt, recordedAt == now ? folded : null, buffer, payloadAt), payloadBytes);
        return lastAppend;
    }

    /// <summary>
    /// Saves a snapshot if enough events were added, so that the next activation loads fast. Call it at deactivation. A
    /// failure to save changes nothing.
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
            // The next activation replays from an older snapshot.
        }
    }

    private int SerializeFacts(PooledBuffer buffer, IReadOnlyList<TFact> facts, Instant recordedAt)
    {
        var payloadAt = HashChain.WriteHeader(buffer, hash, stream, Version + 1, facts.Count, recordedAt.ToUnixTimeTicks());
        var writer = Utf8JsonWriterCache.Get(buffer, definition.FactJson.Options.Encoder);
        JsonSerializer.Serialize(writer, facts, definition.FactsJson);
        writer.Flush();
        return payloadAt;
    }

    /// <summary>Folds the events and collects their effects. If the definition throws, the state may be half folded, so the journal fails.</summary>
    private PendingAppend CreateAppend(IReadOnlyList<TFact> facts, Instant recordedAt, TState? folded, PooledBuffer buffer, int payloadAt)
    {
        var effects = ledger.Writer.RentEffects();
        try
        {
            for (var i = 0; i < facts.Count; i++)
            {
                var recorded = new RecordedFact<TFact>(id, Version + 1 + i, recordedAt, facts[i]);
                effects.BeginFact(i);
                definition.Project(recorded, effects);
                State = folded ?? definition.Apply(State, recorded);
            }
        }
        catch (Exception e)
        {
            owner.Revoke(new AppendFailure(false, $"Folding into {stream} failed.", e));
            ledger.Writer.Release(buffer.Length, facts.Count);
            throw;
        }
        var bytes = buffer.Length;
        var newHash = SHA256.HashData(buffer.Span);
        if (PayloadCodec.TryCompress(buffer.Span[payloadAt..]) is { } compressed)
        {
            buffer.Dispose();
            (buffer, payloadAt) = (compressed, 0);
        }
        return new PendingAppend(owner, stream)
        {
            FirstVersion = Version + 1,
            Count = facts.Count,
            RecordedAt = recordedAt,
            PreviousHash = hash,
            Hash = newHash,
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
        // Keeps the events after a snapshot from costing many times as much to load as the snapshot, and snapshots from costing more than the events.
        if (Version - snapshotVersion >= ledger.Options.SnapshotInterval && bytesSinceSnapshot >= 4 * snapshotBytes)
            append.Snapshot = TakeSnapshot();
        ledger.Writer.Enqueue(append);
        return append.Completion;
    }

    private Snapshot TakeSnapshot()
    {
        var payload = JsonSerializer.SerializeToUtf8Bytes(State, definition.StateJson);
        (snapshotVersion, snapshotBytes, bytesSinceSnapshot) = (Version, payload.Length, 0);
        return new Snapshot(stream, definition.SnapshotSchemaVersion, Version, hash, payload);
    }
}

/// <summary>A stream as it was loaded.</summary>
internal sealed record LoadedStream<TState>(TState State, long Version, byte[] Hash, long SnapshotVersion, long SnapshotBytes);

/// <summary>One reused JSON writer per thread.</summary>
internal static class Utf8JsonWriterCache
{
    [ThreadStatic]
    private static Utf8JsonWriter? writer;

    [ThreadStatic]
    private static JavaScriptEncoder? encoder;

    public static Utf8JsonWriter Get(PooledBuffer buffer, JavaScriptEncoder? requested)
    {
        if (writer is null || encoder != requested)
        {
            encoder = requested;
            return writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = requested, SkipValidation = true });
        }
        writer.Reset(buffer);
        return writer;
    }
}
