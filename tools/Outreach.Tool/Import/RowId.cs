using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Outreach.Tool.Import;

/// <summary>
/// Ids of imported records: the same row of the same source has the same id in every import, on every machine, so that
/// importing twice records once. UUID version 8 (RFC 9562, section 5.8), from a SHA-256 as in its appendix B.2.
/// </summary>
public static class RowId
{
    // The namespace of these ids. It never changes, or every file could be imported a second time.
    private static readonly byte[] NamespaceId = Guid.Parse("0b6c7f52-5d0c-4c1e-9d0a-6a1f6a2f1c77").ToByteArray(bigEndian: true);

    /// <summary>The id of a row.</summary>
    /// <param name="source">The mapping's name for where the rows come from.</param>
    /// <param name="key">What tells the row apart in its source.</param>
    public static Guid Of(string source, string key)
    {
        // The source's length keeps ("a", "bc") apart from ("ab", "c").
        var name = Encoding.UTF8.GetBytes(source + key);
        var bytes = new byte[NamespaceId.Length + sizeof(int) + name.Length];
        NamespaceId.CopyTo(bytes, 0);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(NamespaceId.Length), source.Length);
        name.CopyTo(bytes, NamespaceId.Length + sizeof(int));
        var id = SHA256.HashData(bytes).AsSpan(0, 16);
        id[6] = (byte)((id[6] & 0x0F) | 0x80);
        id[8] = (byte)((id[8] & 0x3F) | 0x80);
        return new Guid(id, bigEndian: true);
    }
}
