using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Outreach.Domain;
using Outreach.Domain.Access;

namespace Outreach.Server.Access;

/// <summary>
/// Creates refresh tokens: the device's id, random bytes, and a signature of both. Only a signed token can count as reused, so
/// nobody can end a device's access by knowing its id.
/// </summary>
internal sealed class RefreshTokens(SecretHasher hasher)
{
    private const int RandomByteCount = 32;
    private const int MaxLength = 200;

    /// <summary>A new token for a device.</summary>
    public async ValueTask<string> CreateAsync(EnrolledDeviceId device, CancellationToken cancel)
    {
        var unsigned = $"{device}~{Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(RandomByteCount))}";
        return $"{unsigned}~{await hasher.SignAsync(unsigned, cancel)}";
    }

    /// <summary>The device of a token; null if this program did not sign it.</summary>
    public async ValueTask<EnrolledDeviceId?> ParseAsync(string token, CancellationToken cancel)
    {
        var parts = token.Length <= MaxLength ? token.Split('~') : [];
        if (parts.Length != 3 || !Slug.IsValid(parts[0]))
            return null;
        var signature = await hasher.SignAsync($"{parts[0]}~{parts[1]}", cancel);
        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(signature), Encoding.UTF8.GetBytes(parts[2]))
            ? new EnrolledDeviceId(parts[0])
            : null;
    }
}
