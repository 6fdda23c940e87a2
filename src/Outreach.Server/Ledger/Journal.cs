using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using NodaTime;

namespace Outreach.Server.Ledger;

/// <summary>One activation's hold on a stream: the folded state, and the way to add to it. Not thread-safe: one turn at a time.</summary>
/// <remarks>
/// <see cref="Append"/> folds at once and returns before the facts are durable, so that further calls decide on the state
/// to come while a commit is under way. If it fails, everything appended after it fails too and <see cref="Failed"/> is
/// set: the grain must deactivate and be loaded again.
/// </remarks>
public sealed class Journal<TState, TFact>
    where TState : class
    where TFact : class
{
    private readonly Family<TState, TFact> family;
    private readonly string id;
    private readonly string stream;
    private readonly StoredLedger ledger;
    private readonly Owner owner;
    private byte[] hash;
    private Task<long> last;
    private long snapshotVersion;
    private long snapshotBytes;
    private long bytesSince;

    internal Journal(Family<TState, TFact> family, string id, StoredLedger ledger, Loaded<TState> loaded)
    {
        (this.family, this.id, this.ledger) = (family, id, ledger);
        stream = StreamName.Of(family.Name, id);
        (State, Version, hash) = (loaded.State, loaded.Version, loaded.Hash);
        (snapshotVersion, snapshotBytes) = (loaded.SnapshotVersion, loaded.SnapshotBytes);
        owner = new Owner(loaded.Version);
        last = Task.FromResult(loaded.Version);
    }

    /// <summary>The state after every fact appended so far, durable or not.</summary>
    public TState State { get; private set; }

    /// <summary>The version of the last fact appended so far, durable or not; 0 for an empty stream.</summary>
    public long Version { get; private set; }

    /// <summary>The last version that is durable.</summary>
    public long DurableVersion => owner.Durable;

    /// <summary>Whether an append failed: the state is void.</summary>
    public bool Failed => owner.Failure is not null;

    /// <summary>Appends facts as one, folds them, and completes when they are durable. No facts: completes when all before are.</summary>
    /// <param name="folded">The state after them, where whoever decided on them has folded them at this very moment already.</param>
    /// <returns>The version of the last fact.</returns>
    /// <exception cref="StaleJournalException">Another writer was first.</exception>
    /// <exception cref="StoreUnavailableException">It is not known whether they were written.</exception>
    /// <exception cref="LedgerFullException">Too much is waiting; nothing was taken and the journal stays whole.</exception>
    public Task<long> Append(IReadOnlyList<TFact> facts, Instant now, TState? folded = null)
    {
        if (owner.Failure is { } failure)
            return Task.FromException<long>(failure.ToException());
        if (facts.Count == 0)
            return last;
        // Stored times have whole ticks; what is folded now must be what a replay folds.
        var recordedAt = Instant.FromUnixTimeTicks(now.ToUnixTimeTicks());
        var buffer = new PooledBuffer(256 + (512 * facts.Count));
        var payloadAt = Write(buffer, facts, recordedAt);
        if (!ledger.Writer.TryReserve(buffer.Length, facts.Count))
        {
            var refused = new LedgerFullException($"Too much waits to be written: {buffer.Length} bytes more for {stream} are beyond the limit.");
            buffer.Dispose();
            return Task.FromException<long>(refused);
        }
        var payloadBytes = buffer.Length - payloadAt;
        last = Enqueue(Take(facts, recordedAt, recordedAt == now ? folded : null, buffer, payloadAt), payloadBytes);
        return last;
    }

    /// <summary>
    /// Keeps a snapshot, if one is worth while, so that the next activation starts fast. For deactivation; a failure to
    /// keep it changes nothing.
    /// </summary>
    public async Task CloseAsync()
    {
        if (Failed || Version - snapshotVersion < StoredLedger.SnapshotAtClose)
            return;
        var snapshot = TakeSnapshot();
        try
        {
            await last;
            await ledger.KeepAsync(snapshot);
        }
        catch (Exception e) when (e is StaleJournalException or StoreUnavailableException)
        {
            // Whoever loads the stream next replays from an older snapshot.
        }
    }

    private int Write(PooledBuffer buffer, IReadOnlyList<TFact> facts, Instant recordedAt)
    {
        var payloadAt = Chain.WriteHead(buffer, hash, stream, Version + 1, facts.Count, recordedAt.ToUnixTimeTicks());
        var writer = FactWriter.For(buffer, family.FactJson.Options.Encoder);
        JsonSerializer.Serialize(writer, facts, family.FactsJson);
        writer.Flush();
        return payloadAt;
    }

    /// <summary>Folds and describes. If the family throws, the state may be half folded, and the journal is void.</summary>
    private PendingAppend Take(IReadOnlyList<TFact> facts, Instant recordedAt, TState? folded, PooledBuffer buffer, int payloadAt)
    {
        var effects = ledger.Writer.RentEffects();
        try
        {
            for (var i = 0; i < facts.Count; i++)
            {
                var recorded = new Recorded<TFact>(id, Version + 1 + i, recordedAt, facts[i]);
                effects.Begin(i);
                family.Describe(recorded, effects);
                State = folded ?? family.Apply(State, recorded);
            }
        }
        catch (Exception e)
        {
            owner.Revoke(new Failure(false, $"Folding into {stream} failed.", e));
            ledger.Writer.Release(buffer.Length, facts.Count);
            throw;
        }
        var bytes = buffer.Length;
        var hashed = SHA256.HashData(buffer.Span);
        if (Payload.Shrink(buffer.Span[payloadAt..]) is { } shrunk)
        {
            buffer.Dispose();
            (buffer, payloadAt) = (shrunk, 0);
        }
        return new PendingAppend(owner, stream)
        {
            FirstVersion = Version + 1,
            Count = facts.Count,
            RecordedAt = recordedAt,
            HashBefore = hash,
            Hash = hashed,
            Buffer = buffer,
            PayloadAt = payloadAt,
            Effects = effects,
            Bytes = bytes,
        };
    }

    private Task<long> Enqueue(PendingAppend append, int payloadBytes)
    {
        Version = append.LastVersion;
        hash = append.Hash;
        bytesSince += payloadBytes;
        // The tail after a snapshot is never many times as dear to load as the snapshot, nor snapshots dearer than facts.
        if (Version - snapshotVersion >= ledger.Options.SnapshotFacts && bytesSince >= 4 * snapshotBytes)
            append.Snapshot = TakeSnapshot();
        ledger.Writer.Enqueue(append);
        return append.Done;
    }

    private Snapshot TakeSnapshot()
    {
        var payload = JsonSerializer.SerializeToUtf8Bytes(State, family.StateJson);
        (snapshotVersion, snapshotBytes, bytesSince) = (Version, payload.Length, 0);
        return new Snapshot(stream, family.SnapshotForm, Version, hash, payload);
    }
}

/// <summary>A stream as it was loaded.</summary>
internal sealed record Loaded<TState>(TState State, long Version, byte[] Hash, long SnapshotVersion, long SnapshotBytes);

/// <summary>A JSON writer for each thread, used again and again.</summary>
internal static class FactWriter
{
    [ThreadStatic]
    private static Utf8JsonWriter? writer;

    [ThreadStatic]
    private static JavaScriptEncoder? encoder;

    public static Utf8JsonWriter For(PooledBuffer buffer, JavaScriptEncoder? wanted)
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
