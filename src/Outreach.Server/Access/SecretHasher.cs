using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using NodaTime;
using Outreach.Domain.Access;

namespace Outreach.Server.Access;

/// <summary>Hashes values that must not be stored in plain text: enrollment codes, refresh tokens, addresses and names from a provider.</summary>
/// <remarks>
/// A code has few bits, so its hash uses a secret key that is not in the ledger: nobody can find codes with an export of the
/// ledger alone.
/// </remarks>
internal sealed class SecretHasher(SecretStore secrets)
{
    private const string SecretName = "marks";
    private const int SecretBytes = 32;

    private byte[]? secret;

    /// <summary>The hash of an enrollment code.</summary>
    public async ValueTask<SecretHash> HashAsync(EnrollmentCode code, CancellationToken cancel) =>
        new(Convert.ToHexStringLower(await ComputeHmacAsync("code " + code.Value, cancel)));

    /// <summary>A short hash of an address.</summary>
    public async ValueTask<string> HashAsync(IPAddress address, CancellationToken cancel) =>
        Convert.ToHexStringLower((await ComputeHmacAsync("address " + address, cancel)).AsSpan(0, 6));

    /// <summary>The id here of a person known to a provider; it hides the provider's subject, which may be a name.</summary>
    public async ValueTask<PersonId> HashPersonAsync(OrganizationId organization, string issuer, string subject, CancellationToken cancel)
    {
        var hash = await ComputeHmacAsync($"person {organization}\n{issuer}\n{subject}", cancel);
        return new PersonId(PersonId.ExternalPrefix + Convert.ToHexStringLower(hash.AsSpan(0, 16)));
    }

    /// <summary>The signature of a refresh token.</summary>
    public async ValueTask<string> SignAsync(string text, CancellationToken cancel) =>
        Base64Url.EncodeToString(await ComputeHmacAsync("refresh " + text, cancel));

    /// <summary>The hash of a refresh token.</summary>
    public static SecretHash Hash(string refreshToken) => new(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(refreshToken))));

    private async ValueTask<byte[]> ComputeHmacAsync(string text, CancellationToken cancel)
    {
        secret ??= await secrets.GetOrAddAsync(SecretName, () => RandomNumberGenerator.GetBytes(SecretBytes), Instant.MaxValue, cancel);
        return HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes(text));
    }
}
