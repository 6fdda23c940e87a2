using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using NodaTime;
using Outreach.Domain;
using Outreach.Domain.Access;

namespace Outreach.Server.Access;

/// <summary>Makes refresh tokens and codes, and the marks that alone are kept of them and of people whom another provider vouches for.</summary>
/// <remarks>
/// A code has few bits, so its mark is keyed with a secret that is not in the ledger: whoever has an export of the ledger
/// cannot try codes against it. A refresh token has many, but carries a seal made with the same secret: only one that
/// was made here can count as used up, so nobody can shut a device out who merely knows what it is called.
/// </remarks>
internal sealed class SecretHasher(SecretStore secrets)
{
    private const string SecretName = "marks";
    private const int SecretBytes = 32;
    private const int RandomByteCount = 32;
    private const int MaxTokenLength = 200;

    private byte[]? secret;

    /// <summary>The mark of a code.</summary>
    public async ValueTask<SecretHash> HashAsync(EnrollmentCode code, CancellationToken cancel) =>
        new(Convert.ToHexStringLower(await ComputeHmacAsync("code " + code.Value, cancel)));

    /// <summary>The same for the same address, short, and nothing of the address.</summary>
    public async ValueTask<string> HashAsync(IPAddress address, CancellationToken cancel) =>
        Convert.ToHexStringLower((await ComputeHmacAsync("address " + address, cancel)).AsSpan(0, 6));

    /// <summary>The same for the same person of another provider and the same organization, and nothing of what the provider calls them: that may be a name.</summary>
    public async ValueTask<PersonId> HashPersonAsync(OrganizationId organization, string issuer, string subject, CancellationToken cancel)
    {
        var mark = await ComputeHmacAsync($"person {organization}\n{issuer}\n{subject}", cancel);
        return new PersonId(PersonId.ExternalPrefix + Convert.ToHexStringLower(mark.AsSpan(0, 16)));
    }

    /// <summary>A new refresh token for a device: its id, chance, and a seal over both.</summary>
    public async ValueTask<string> CreateRefreshTokenAsync(EnrolledDeviceId device, CancellationToken cancel)
    {
        var begin = $"{device}~{Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(RandomByteCount))}";
        return $"{begin}~{await SignAsync(begin, cancel)}";
    }

    /// <summary>Which device a refresh token was made for; null where it was not made here.</summary>
    public async ValueTask<EnrolledDeviceId?> ParseRefreshTokenAsync(string token, CancellationToken cancel)
    {
        var parts = token.Length <= MaxTokenLength ? token.Split('~') : [];
        if (parts.Length != 3 || !Slug.IsValid(parts[0]))
            return null;
        var expected = await SignAsync($"{parts[0]}~{parts[1]}", cancel);
        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(expected), Encoding.UTF8.GetBytes(parts[2]))
            ? new EnrolledDeviceId(parts[0])
            : null;
    }

    /// <summary>The mark of a refresh token.</summary>
    public static SecretHash Hash(string refreshToken) => new(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(refreshToken))));

    private async ValueTask<string> SignAsync(string text, CancellationToken cancel) =>
        Base64Url.EncodeToString(await ComputeHmacAsync("refresh " + text, cancel));

    private async ValueTask<byte[]> ComputeHmacAsync(string text, CancellationToken cancel)
    {
        secret ??= await secrets.GetOrAddAsync(SecretName, () => RandomNumberGenerator.GetBytes(SecretBytes), Instant.MaxValue, cancel);
        return HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes(text));
    }
}
