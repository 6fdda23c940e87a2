using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace Outreach.Server.Ledger.Stores;

/// <summary>The last commit whose callers were answered.</summary>
/// <param name="Position">Its position.</param>
/// <param name="CommittedAt">When, in ticks since 1970.</param>
/// <param name="FactsTotal">Facts up to and including it.</param>
/// <param name="Hash">The SHA-256 of its segment's directory, which holds the hash of each append.</param>
internal sealed record LastCommit(long Position, long CommittedAt, long FactsTotal, byte[] Hash)
{
    public static byte[] ComputeHash(ReadOnlySpan<byte> directory) => SHA256.HashData(directory);
}

/// <summary>
/// Keeps the last acknowledged commit outside the database. SQLite stops reading its write-ahead log at the first damaged
/// frame and reports nothing; only a record in another file shows that commits are missing.
/// </summary>
/// <remarks>
/// Two slots of one page each, written in turn: a write that is cut off leaves the other slot as it was. A slot holds a magic
/// number, the four values and the SHA-256 of all of them. The file never changes its length, so that a sync writes one page.
/// </remarks>
internal sealed class LastCommitFile : IDisposable
{
    /// <summary>The file's name, beside the database.</summary>
    public const string Name = "outreach.last-commit";

    private const int SlotLength = 4_096;
    private const int RecordLength = 8 + 8 + 8 + 8 + SHA256.HashSizeInBytes;
    private const int StoredLength = RecordLength + SHA256.HashSizeInBytes;
    private const ulong Magic = 0x4f55_5452_4c43_0001;

    private readonly SafeFileHandle file;
    private readonly byte[] buffer = new byte[StoredLength];

    public LastCommitFile(string folder)
    {
        var path = Path.Combine(folder, Name);
        if (!File.Exists(path))
            CreateEmpty(path);
        file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read);
    }

    /// <summary>The record; null where neither slot can be read.</summary>
    public LastCommit? Read()
    {
        var slots = new[] { ReadSlot(0), ReadSlot(1) };
        return slots.OfType<LastCommit>().MaxBy(commit => commit.Position);
    }

    /// <summary>Replaces the record, durably. Positions only grow, except after <see cref="Clear"/>.</summary>
    public void Write(LastCommit commit)
    {
        var span = buffer.AsSpan();
        BinaryPrimitives.WriteUInt64BigEndian(span, Magic);
        BinaryPrimitives.WriteInt64BigEndian(span[8..], commit.Position);
        BinaryPrimitives.WriteInt64BigEndian(span[16..], commit.CommittedAt);
        BinaryPrimitives.WriteInt64BigEndian(span[24..], commit.FactsTotal);
        commit.Hash.CopyTo(span[32..]);
        SHA256.HashData(span[..RecordLength], span[RecordLength..]);
        RandomAccess.Write(file, span, commit.Position % 2 * SlotLength);
        Sync();
    }

    /// <summary>Forgets the record, so that an earlier one can follow.</summary>
    public void Clear() => RandomAccess.Write(file, new byte[SlotLength * 2], 0);

    public void Dispose() => file.Dispose();

    private static void CreateEmpty(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var file = new FileStream(path, options);
        file.Write(new byte[SlotLength * 2]);
        file.Flush(flushToDisk: true);
    }

    private LastCommit? ReadSlot(int slot)
    {
        Span<byte> span = stackalloc byte[StoredLength];
        if (RandomAccess.Read(file, span, slot * SlotLength) < StoredLength
            || BinaryPrimitives.ReadUInt64BigEndian(span) != Magic
            || !SHA256.HashData(span[..RecordLength]).AsSpan().SequenceEqual(span[RecordLength..]))
            return null;
        return new LastCommit(
            BinaryPrimitives.ReadInt64BigEndian(span[8..]), BinaryPrimitives.ReadInt64BigEndian(span[16..]),
            BinaryPrimitives.ReadInt64BigEndian(span[24..]), span[32..RecordLength].ToArray());
    }

    /// <summary>On Linux without the file's times, whose sync would cost a commit of the file system's journal.</summary>
    private void Sync()
    {
        if (!OperatingSystem.IsLinux())
            RandomAccess.FlushToDisk(file);
        else if (FDataSync(file) != 0)
            throw new IOException($"{Name} cannot be synced: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    [DllImport("libc", EntryPoint = "fdatasync", SetLastError = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int FDataSync(SafeFileHandle file);
}
