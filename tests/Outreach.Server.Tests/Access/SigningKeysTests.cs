using NodaTime;
using NodaTime.Testing;
using Outreach.Domain.Access;
using Outreach.Server.Access;

namespace Outreach.Server.Tests.Access;

/// <summary>Keys rotate, and what was signed with the one before is still taken.</summary>
public sealed class SigningKeysTests(ServerOnSqlite server) : IClassFixture<ServerOnSqlite>
{
    private static readonly Device Phone = new(
        new EnrolledId("phone"), new PersonId("p-1"), default, "Phone", Standing.Enrolled, "", default, default);

    private readonly FakeClock clock = new(SystemClock.Instance.GetCurrentInstant() + Duration.FromDays(1_000));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_token_is_taken_until_it_ends_also_when_the_key_changes_meanwhile()
    {
        var (here, there) = (Tokens(), Tokens());
        // A minute before thirty days are over.
        var period = Duration.FromDays(30);
        var past = Duration.FromSeconds(clock.GetCurrentInstant().ToUnixTimeSeconds() % (long)period.TotalSeconds);
        clock.Advance(period - past - Duration.FromMinutes(1));
        var (token, ends) = await here.MakeAsync(Phone, Cancel);
        clock.Advance(Duration.FromMinutes(2));
        var (next, _) = await there.MakeAsync(Phone, Cancel);

        Assert.NotEqual(token.Split('.')[0], next.Split('.')[0]);
        Assert.NotNull(await there.ProveAsync(token, Cancel));
        Assert.NotNull(await here.ProveAsync(next, Cancel));
        clock.Reset(ends);
        Assert.Null(await there.ProveAsync(token, Cancel));
        Assert.Null(await Tokens().ProveAsync(token, Cancel));
    }

    [Fact]
    public async Task Old_keys_are_deleted()
    {
        var secrets = server.Server.Part<Secrets>();
        var old = (await new SigningKeys(secrets, clock).CurrentAsync(Cancel)).KeyId;
        clock.Advance(Duration.FromDays(91));
        await new SigningKeys(secrets, clock).CurrentAsync(Cancel);

        Assert.Null(await secrets.FindAsync(old, Cancel));
    }

    private AccessTokens Tokens() => new(new SigningKeys(server.Server.Part<Secrets>(), clock), clock);
}
