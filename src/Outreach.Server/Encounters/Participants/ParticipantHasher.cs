using System.Security.Cryptography;
using System.Text;
using Outreach.Domain.Encounters;

namespace Outreach.Server.Encounters.Participants;

/// <summary>Hashes anonymous participant codes with the program's own key.</summary>
/// <remarks>
/// Codes are short and can be guessed, so a plain hash would not protect them. With the key, the stored hashes do not reveal
/// the codes to anybody who does not have it. A code itself is never stored, logged or returned.
/// </remarks>
internal sealed class ParticipantHasher
{
    /// <summary>The number of bytes of a key file.</summary>
    public const int KeyBytes = 32;

    private readonly byte[] key;

    /// <exception cref="ArgumentException">The key is not <see cref="KeyBytes"/> long.</exception>
    public ParticipantHasher(byte[] key)
    {
        if (key.Length != KeyBytes)
            throw new ArgumentException($"A program's key must have {KeyBytes} bytes; this has {key.Length}.", nameof(key));
        this.key = key;
        Fingerprint = Convert.ToHexStringLower(HMACSHA256.HashData(key, "outreach participant key fingerprint"u8).AsSpan(0, 16));
    }

    /// <summary>A hash that identifies the key without revealing it.</summary>
    public string Fingerprint { get; }

    /// <summary>The key of a code, ignoring case and surrounding white space; null for an empty code.</summary>
    public ParticipantKey? Hash(string code)
    {
        var normal = code.Trim().ToUpperInvariant();
        if (normal.Length == 0)
            return null;

        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(normal), hash);
        return new ParticipantKey(new Guid(hash[..16], bigEndian: true));
    }
}
