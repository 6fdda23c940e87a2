using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.WebUtilities;
using Outreach.Protocol.Access.V1;
using Outreach.Server.Access;
using static Outreach.Protocol.Access.V1.SessionService;
using DeviceService = Outreach.Protocol.Access.V1.DeviceService;

namespace Outreach.Server.Tests.Access;

/// <summary>Tokens that are forged, expired, replayed, swapped or made up: none gets in.</summary>
public sealed class TokenTests(SqliteAccessFixture world) : IClassFixture<SqliteAccessFixture>
{
    private const int Attempts = 10_000;

    private readonly SessionServiceClient sessions = new(GrpcChannel.ForAddress(world.Server.GrpcAddress));
    private readonly Random random = new(7);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ten_thousand_wrong_tokens_are_refused_while_the_right_one_is_accepted()
    {
        var (mine, other) = (await world.SignInNewPersonAsync("", AccessFixture.GrantOf(Role.Director)), await world.SignInNewPersonAsync(AccessFixture.OtherOrganization, AccessFixture.GrantOf(Role.Director)));
        var gone = await world.SignInNewPersonAsync("", AccessFixture.GrantOf(Role.Director));
        await new DeviceService.DeviceServiceClient(world.Server.Channel).ShutOutDeviceAsync(
            new ShutOutDeviceRequest { DeviceId = gone.Tokens.DeviceId, Reason = "Lost." }, cancellationToken: Cancel);
        await Eventually.AssertAsync(() => IsRefusedAsync($"Bearer {gone.Tokens.AccessToken}"));
        var key = (await world.Server.GetService<SigningKeys>().GetCurrentAsync(Cancel)).ECDsa;
        Func<string>[] wrong = [.. WrongTokens(mine.Tokens, other.Tokens, key), () => $"Bearer {gone.Tokens.AccessToken}"];

        var let = 0;
        await Parallel.ForAsync(0, Attempts, Cancel, async (i, _) =>
        {
            string header;
            lock (random)
                header = wrong[i % wrong.Length]();
            if (!await IsRefusedAsync(header))
                Interlocked.Increment(ref let);
            if (i % 500 == 0)
                Assert.False(await IsRefusedAsync($"Bearer {mine.Tokens.AccessToken}"));
        });

        Assert.Equal(0, let);
    }

    [Fact]
    public async Task Every_kind_of_wrong_token_is_refused()
    {
        var (mine, other) = (await world.SignInNewPersonAsync("", AccessFixture.GrantOf(Role.Director)), await world.SignInNewPersonAsync(AccessFixture.OtherOrganization, AccessFixture.GrantOf(Role.Director)));
        var key = (await world.Server.GetService<SigningKeys>().GetCurrentAsync(Cancel)).ECDsa;
        var (header, claims) = (Header(mine.Tokens.AccessToken), Claims(mine.Tokens.AccessToken));

        // The same words with the right key get in: so what is refused below is refused for what is changed in it.
        Assert.False(await IsRefusedAsync("Bearer " + Sign(header, claims, key)));
        var wrong = WrongTokens(mine.Tokens, other.Tokens, key);
        for (var i = 0; i < wrong.Length; i++)
            Assert.True(await IsRefusedAsync(wrong[i]()), $"The wrong token {i} was let in.");
    }

    private async Task<bool> IsRefusedAsync(string header)
    {
        try
        {
            await sessions.GetCallerAsync(new GetCallerRequest(), new Metadata { { "authorization", header } }, cancellationToken: Cancel);
            return false;
        }
        catch (RpcException refused) when (refused.StatusCode == StatusCode.Unauthenticated)
        {
            return true;
        }
    }

    /// <summary>Ways to be wrong, each a header to send.</summary>
    private Func<string>[] WrongTokens(Tokens mine, Tokens other, ECDsa key)
    {
        var (header, claims) = (Header(mine.AccessToken), Claims(mine.AccessToken));
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        using var made = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var stranger = made.ExportECPrivateKey();
        Func<string>[] tokens =
        [
            // Forged: no signature, another's, a weaker one, one that takes the public key for a password.
            () => Join(Change(header, "alg", "none"), claims, ""),
            () => Join(Change(header, "alg", "None"), claims, RandomText(64)),
            () => Join(header, claims, ""),
            () => Join(header, claims, RandomText(64)),
            () => Join(header, claims, WebEncoders.Base64UrlEncode(new byte[64])),
            () => Sign(header, claims, stranger),
            () => Sign(Change(header, "kid", "es256-1"), claims, key),
            () => Sign(Change(header, "kid", "../secrets"), claims, key),
            () => Sign(Change(header, "kid", null), claims, key),
            () => Sign(Change(header, "alg", "ES384"), claims, key),
            () => SignWithHmac(Change(header, "alg", "HS256"), claims, key.ExportSubjectPublicKeyInfo()),
            () => SignWithHmac(Change(header, "alg", "HS256"), claims, Encoding.ASCII.GetBytes(key.ExportSubjectPublicKeyInfoPem())),
            () => Sign(Change(header, "jwk", "{}"), Change(claims, "sub", "admin"), stranger),

            // Not of now, signed with the right key.
            () => Sign(header, WithTimes(claims, now - 1_200, now - 600), key),
            () => Sign(header, WithTimes(claims, now - 600, now), key),
            () => Sign(header, WithTimes(claims, now + 60, now + 600), key),
            () => Sign(header, Change(claims, "iat", now + 3_600), key),
            () => Sign(header, Change(claims, "exp", null), key),
            () => Sign(header, Change(claims, "nbf", null), key),
            () => Sign(header, Change(claims, "iat", null), key),
            () => Sign(header, WithTimes(claims, now, now + 86_400), key),
            () => Sign(header, Change(claims, "exp", long.MaxValue), key),

            // For or from somebody else.
            () => Sign(header, Change(claims, "aud", "elsewhere"), key),
            () => Sign(header, Change(claims, "aud", null), key),
            () => Sign(header, Change(claims, "iss", "elsewhere"), key),
            () => Sign(header, Change(claims, "iss", null), key),
            () => Sign(header, Change(claims, "sub", other.DeviceId), key),
            () => Sign(header, Change(claims, "sub", null), key),
            () => Sign(header, Change(claims, "dev", "nobody"), key),
            () => Sign(header, Change(claims, "dev", null), key),
            () => Sign(Change(header, "typ", "refresh"), claims, key),

            // Swapped and worn.
            () => SwapSignature(mine.AccessToken, other.AccessToken),
            () => SwapSignature(other.AccessToken, mine.AccessToken),
            () => Sign(header, Change(claims, "dev", other.DeviceId), key),
            () => CorruptOneCharacter(mine.AccessToken),
            () => mine.AccessToken[..random.Next(mine.AccessToken.Length - 1)],
            () => mine.AccessToken + RandomText(3),
            () => mine.RefreshToken,
            () => RandomText(random.Next(1, 200)),
            () => new string('a', 10_000),
            () => "",
        ];
        return
        [
            .. tokens.Select(token => new Func<string>(() => $"Bearer {token()}")),
            () => mine.AccessToken,
            () => $"Basic {mine.AccessToken}",
            () => $"Bearer {mine.AccessToken},Bearer {mine.AccessToken}",
        ];
    }

    private static Dictionary<string, object?> Header(string token) => DecodePart(token, 0);

    private static Dictionary<string, object?> Claims(string token) => DecodePart(token, 1);

    private static Dictionary<string, object?> DecodePart(string token, int part) =>
        JsonSerializer.Deserialize<Dictionary<string, object?>>(WebEncoders.Base64UrlDecode(token.Split('.')[part]))!;

    private static Dictionary<string, object?> Change(Dictionary<string, object?> part, string name, object? value)
    {
        var changed = new Dictionary<string, object?>(part) { [name] = value };
        if (value is null)
            changed.Remove(name);
        return changed;
    }

    private static Dictionary<string, object?> WithTimes(Dictionary<string, object?> claims, long from, long to) =>
        Change(Change(Change(claims, "iat", from), "nbf", from), "exp", to);

    private static string Join(Dictionary<string, object?> header, Dictionary<string, object?> claims, string signature) => $"{Encode(header, claims)}.{signature}";

    private static string Encode(Dictionary<string, object?> header, Dictionary<string, object?> claims) =>
        $"{WebEncoders.Base64UrlEncode(JsonSerializer.SerializeToUtf8Bytes(header))}.{WebEncoders.Base64UrlEncode(JsonSerializer.SerializeToUtf8Bytes(claims))}";

    private static string Sign(Dictionary<string, object?> header, Dictionary<string, object?> claims, byte[] key)
    {
        using var made = ECDsa.Create();
        made.ImportECPrivateKey(key, out _);
        return Sign(header, claims, made);
    }

    private static string Sign(Dictionary<string, object?> header, Dictionary<string, object?> claims, ECDsa key) =>
        Join(header, claims, WebEncoders.Base64UrlEncode(key.SignData(Encoding.ASCII.GetBytes(Encode(header, claims)), HashAlgorithmName.SHA256)));

    private static string SignWithHmac(Dictionary<string, object?> header, Dictionary<string, object?> claims, byte[] password) =>
        Join(header, claims, WebEncoders.Base64UrlEncode(HMACSHA256.HashData(password, Encoding.ASCII.GetBytes(Encode(header, claims)))));

    private static string SwapSignature(string words, string signature) => $"{words[..words.LastIndexOf('.')]}.{signature[(signature.LastIndexOf('.') + 1)..]}";

    private string CorruptOneCharacter(string token)
    {
        // The last sign of a part carries bits that mean nothing: those may change.
        var places = Enumerable.Range(0, token.Length - 1).Where(i => token[i] != '.' && token[i + 1] != '.').ToArray();
        var place = places[random.Next(places.Length)];
        return $"{token[..place]}{(token[place] == 'A' ? 'B' : 'A')}{token[(place + 1)..]}";
    }

    private string RandomText(int bytes)
    {
        var chance = new byte[bytes];
        random.NextBytes(chance);
        return WebEncoders.Base64UrlEncode(chance);
    }
}
