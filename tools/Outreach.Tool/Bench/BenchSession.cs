using Outreach.Protocol.Access.V1;
using Outreach.Tool.Bench.Load;

namespace Outreach.Tool.Bench;

/// <summary>The bench as somebody who is signed in at a server that it started, and may do everything there.</summary>
internal sealed class BenchSession
{
    /// <summary>A token is renewed before a load when it ends within this; it lasts ten minutes, and what has begun goes on.</summary>
    private static readonly TimeSpan RenewalMargin = TimeSpan.FromMinutes(8);

    private Tokens _tokens;

    private BenchSession(Tokens tokens) => _tokens = tokens;

    /// <summary>The access token.</summary>
    public string AccessToken => _tokens.AccessToken;

    /// <summary>Signs in with the code that the server printed, and takes every role.</summary>
    public static async Task<BenchSession> SignInAsync(int port, string code, CancellationToken cancellation)
    {
        using var door = new LoadTarget(port, Token: null).Open();
        var enroll = new EnrollRequest { RequestId = Guid.CreateVersion7().ToString(), Code = code, DeviceLabel = "The bench" };
        var enrolled = await new SessionService.SessionServiceClient(door).EnrollAsync(enroll, cancellationToken: cancellation);
        using var channel = new LoadTarget(port, enrolled.Tokens.AccessToken).Open();
        var person = enrolled.Person;
        person.Grants.Clear();
        person.Grants.Add(Enum.GetValues<Role>().Where(role => role != Role.Unspecified).Select(role => new Grant { Role = role }));
        await new PeopleService.PeopleServiceClient(channel).UpdatePersonAsync(
            new UpdatePersonRequest { Person = person }, cancellationToken: cancellation);
        return new BenchSession(enrolled.Tokens);
    }

    /// <summary>Sees to it that the token is good for a while.</summary>
    public async Task RenewAsync(int port, CancellationToken cancellation)
    {
        if (_tokens.AccessExpireTime.ToDateTime() - DateTime.UtcNow > RenewalMargin)
            return;
        using var door = new LoadTarget(port, Token: null).Open();
        var request = new RefreshSessionRequest { RefreshToken = _tokens.RefreshToken };
        _tokens = (await new SessionService.SessionServiceClient(door).RefreshSessionAsync(request, cancellationToken: cancellation)).Tokens;
    }
}
