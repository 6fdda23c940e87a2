using System.Security.Cryptography;
using System.Text;
using Outreach.Domain.Encounters;

namespace Outreach.Server.Encounters.Participants;

/// <summary>Turns anonymous participant codes into what is kept of them, with the program's own key.</summary>
/// <remarks>
/// Codes are short and guessable, so a plain hash would hide nothing: without the key, what is kept tells nobody which
/// codes there are. The code itself is never stored, logged or given back.
/// </remarks>
internal sealed class ParticipantHasher
{
    /// <summary>Bytes that a key file holds.</summary>
    public const int KeyBytes = 32;

    private readonly byte[] key;

    /// <exception cref="ArgumentException">The key is not <see cref="KeyBytes"/> long.</exception>
    public ParticipantHasher(byte[] key)
    {
        if (key.Length != KeyBytes)
            throw new ArgumentException($"A program's key has {KeyBytes} bytes; this has {key.Length}.", nameof(key));
        this.key = key;
        Fingerprint = Convert.ToHexStringLower(HMACSHA256.HashData(key, "outreach participant key fingerprint"u8).AsSpan(0, 16));
    }

    /// <summary>Tells this key from another and gives nothing of it away.</summary>
    public string Fingerprint { get; }

    /// <summary>What is kept of a code, upper and lower case and space around it taken as the same; null for an empty one.</summary>
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
