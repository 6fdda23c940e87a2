using Outreach.Protocol.Access.V1;
using Outreach.Tool.Bench.Load;

namespace Outreach.Tool.Bench;

/// <summary>The bench's session with a server that it started, with every role.</summary>
internal sealed class BenchSession
{
    /// <summary>Before a load, a token that expires within this time is refreshed. Tokens last ten minutes; calls that have started are not interrupted.</summary>
    private static readonly TimeSpan RefreshMargin = TimeSpan.FromMinutes(8);

    private Tokens _tokens;

    private BenchSession(Tokens tokens) => _tokens = tokens;

    public string AccessToken => _tokens.AccessToken;

    /// <summary>Signs in with the code that the server printed and grants itself every role.</summary>
    public static async Task<BenchSession> SignInAsync(int port, string code, CancellationToken cancellation)
    {
        using var anonymous = new LoadTarget(port, Token: null).Open();
        var enroll = new EnrollDeviceRequest { RequestId = Guid.CreateVersion7().ToString(), Code = code, DeviceLabel = "The bench" };
        var enrolled = await new SessionService.SessionServiceClient(anonymous).EnrollDeviceAsync(enroll, cancellationToken: cancellation);
        using var channel = new LoadTarget(port, enrolled.Tokens.AccessToken).Open();
        var person = enrolled.Person;
        person.Grants.Clear();
        person.Grants.Add(Enum.GetValues<Role>().Where(role => role != Role.Unspecified).Select(role => new Grant { Role = role }));
        await new PeopleService.PeopleServiceClient(channel).UpdatePersonAsync(
            new UpdatePersonRequest { Person = person }, cancellationToken: cancellation);
        return new BenchSession(enrolled.Tokens);
    }

    /// <summary>Refreshes the access token if it expires soon.</summary>
    public async Task RefreshAsync(int port, CancellationToken cancellation)
    {
        if (_tokens.AccessExpireTime.ToDateTime() - DateTime.UtcNow > RefreshMargin)
            return;
        using var anonymous = new LoadTarget(port, Token: null).Open();
        var request = new RefreshSessionRequest { RefreshToken = _tokens.RefreshToken };
        _tokens = (await new SessionService.SessionServiceClient(anonymous).RefreshSessionAsync(request, cancellationToken: cancellation)).Tokens;
    }
}
