using System.Buffers.Binary;

namespace Outreach.Domain;

/// <summary>What a window knows of an id.</summary>
public enum IdSighting
{
    /// <summary>It was never added: that is certain.</summary>
    New,

    /// <summary>It was added, and the version is known.</summary>
    Recorded,

    /// <summary>It may have been added so long ago that the window forgot it: the ledger knows.</summary>
    AskLedger,
}

/// <summary>
/// Tells ids that were recorded from new ones, exactly and with bounded memory, asking as seldom as it can. Part of a
/// stream's state: it is folded by <see cref="Add"/>, changed in place, and kept in snapshots.
/// </summary>
/// <remarks>
/// <para>
/// It holds the latest ids by their own order, because a version 7 UUID begins with the time it was made. What falls out
/// at the lower end, or is of another version, is set aside and held for a while longer before it is forgotten. The
/// highest version 7 id that was ever forgotten is the floor: an id above it that is not held was never added. So a device
/// whose clock is years ahead costs one place in the window, and raises no floor.
/// </para>
/// <para>
/// Whoever is told to ask the ledger: remember <see cref="SetAside"/>, wait until what is appended is durable, ask, and
/// look again. If the id is still not held, and <see cref="HoldsAllSince"/> is true for what was remembered, then the
/// ledger's answer stands; otherwise ask once more. Nothing may be awaited between that and the decision.
/// </para>
/// </remarks>
public sealed class IdWindow
{
    /// <summary>How many of the latest ids are held.</summary>
    public const int Latest = 768;

    /// <summary>How many ids that were set aside are held.</summary>
    public const int Aside = 768;

    private const int EntryBytes = 24;
    private const int HeadBytes = 16 + sizeof(long) + sizeof(int);

    private readonly Dictionary<Guid, long> versions = [];
    private readonly PriorityQueue<Guid, Guid> latest = new();
    private readonly Queue<Guid> aside = new();
    private Guid floor;

    /// <summary>How many ids were ever set aside.</summary>
    public long SetAside { get; private set; }

    /// <summary>What is known of an id.</summary>
    /// <param name="id">The id.</param>
    /// <param name="version">The version it was first added with; 0 unless it is <see cref="IdSighting.Recorded"/>.</param>
    public IdSighting Look(Guid id, out long version)
    {
        if (versions.TryGetValue(id, out version))
            return IdSighting.Recorded;
        return id.Version == 7 && id.CompareTo(floor) > 0 ? IdSighting.New : IdSighting.AskLedger;
    }

    /// <summary>Whether no id that was added since <see cref="SetAside"/> had this value can have been forgotten.</summary>
    public bool HoldsAllSince(long setAside) => SetAside - setAside <= Aside;

    /// <summary>Adds an id; one that is held keeps its first version.</summary>
    public void Add(Guid id, long version)
    {
        if (!versions.TryAdd(id, version))
            return;
        if (id.Version != 7)
            Put(id);
        else if (latest.Count < Latest)
            latest.Enqueue(id, id);
        else
            Put(latest.EnqueueDequeue(id, id));
    }

    /// <summary>The window as bytes, the same for all windows that hold the same.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[HeadBytes + (versions.Count * EntryBytes)];
        floor.TryWriteBytes(bytes, bigEndian: true, out _);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(16), SetAside);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(24), latest.Count);
        var at = HeadBytes;
        foreach (var id in latest.UnorderedItems.Select(i => i.Element).Order().Concat(aside))
        {
            id.TryWriteBytes(bytes.AsSpan(at), bigEndian: true, out _);
            BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(at + 16), versions[id]);
            at += EntryBytes;
        }
        return bytes;
    }

    /// <summary>The window that <see cref="ToBytes"/> wrote.</summary>
    /// <exception cref="FormatException">The bytes are not a window's.</exception>
    public static IdWindow FromBytes(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeadBytes || (bytes.Length - HeadBytes) % EntryBytes != 0)
            throw new FormatException($"A window of ids has {HeadBytes} bytes and {EntryBytes} for each id; this has {bytes.Length}.");
        var window = new IdWindow { floor = new Guid(bytes[..16], bigEndian: true), SetAside = BinaryPrimitives.ReadInt64BigEndian(bytes[16..]) };
        var left = BinaryPrimitives.ReadInt32BigEndian(bytes[24..]);
        for (var at = HeadBytes; at < bytes.Length; at += EntryBytes, left--)
        {
            var id = new Guid(bytes.Slice(at, 16), bigEndian: true);
            window.versions.Add(id, BinaryPrimitives.ReadInt64BigEndian(bytes[(at + 16)..]));
            if (left > 0)
                window.latest.Enqueue(id, id);
            else
                window.aside.Enqueue(id);
        }
        return window;
    }

    private void Put(Guid id)
    {
        SetAside++;
        aside.Enqueue(id);
        if (aside.Count > Aside)
            Forget(aside.Dequeue());
    }

    private void Forget(Guid id)
    {
        versions.Remove(id);
        if (id.Version == 7 && id.CompareTo(floor) > 0)
            floor = id;
    }
}
