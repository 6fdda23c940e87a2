using NodaTime;
using NodaTime.Testing;
using Outreach.Domain.Access;
using Outreach.Server.Access;

namespace Outreach.Server.Tests.Access;

/// <summary>Keys rotate, and what was signed with the one before is still taken.</summary>
public sealed class SigningKeysTests(SqliteServerFixture server) : IClassFixture<SqliteServerFixture>
{
    private static readonly Device Phone = new(
        new EnrolledDeviceId("phone"), new PersonId("p-1"), default, "Phone", DeviceStatus.Enrolled, "", default, default);

    private readonly FakeClock clock = new(SystemClock.Instance.GetCurrentInstant() + Duration.FromDays(1_000));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_token_is_accepted_until_it_expires_even_after_a_key_rotation()
    {
        var (here, there) = (CreateAccessTokens(), CreateAccessTokens());
        // A minute before thirty days are over.
        var period = Duration.FromDays(30);
        var past = Duration.FromSeconds(clock.GetCurrentInstant().ToUnixTimeSeconds() % (long)period.TotalSeconds);
        clock.Advance(period - past - Duration.FromMinutes(1));
        var (token, ends) = await here.CreateAsync(Phone, Cancel);
        clock.Advance(Duration.FromMinutes(2));
        var (next, _) = await there.CreateAsync(Phone, Cancel);

        Assert.NotEqual(token.Split('.')[0], next.Split('.')[0]);
        Assert.NotNull(await there.ValidateAsync(token, Cancel));
        Assert.NotNull(await here.ValidateAsync(next, Cancel));
        clock.Reset(ends);
        Assert.Null(await there.ValidateAsync(token, Cancel));
        Assert.Null(await CreateAccessTokens().ValidateAsync(token, Cancel));
    }

    [Fact]
    public async Task Old_keys_are_deleted()
    {
        var secrets = server.Server.GetService<SecretStore>();
        var old = (await new SigningKeys(secrets, clock).GetCurrentAsync(Cancel)).KeyId;
        clock.Advance(Duration.FromDays(91));
        await new SigningKeys(secrets, clock).GetCurrentAsync(Cancel);

        Assert.Null(await secrets.FindAsync(old, Cancel));
    }

    private AccessTokens CreateAccessTokens() => new(new SigningKeys(server.Server.GetService<SecretStore>(), clock), clock);
}
