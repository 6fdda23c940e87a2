using Grpc.Core;
using Grpc.Net.Client;
using Outreach.Protocol.Access.V1;

namespace Outreach.Tool.Access;

/// <summary>Keeps a command signed in: refreshes the session before its access token ends, and when the server refuses that token.</summary>
public sealed class SessionKeeper(Uri server, SessionFile file)
{
    /// <summary>An access token that ends within this is exchanged before it is used.</summary>
    private static readonly TimeSpan BeforeItEnds = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan RefreshLimit = TimeSpan.FromSeconds(20);

    private Session? current;
    private string? refused;

    /// <summary>An access token; null where nobody is signed in.</summary>
    /// <exception cref="RpcException">The session has ended, or it could not be refreshed.</exception>
    public async ValueTask<string?> TokenAsync(CancellationToken cancellation)
    {
        if (IsGood(current))
            return current!.AccessToken;
        current = file.Read();
        if (current is not null && !IsGood(current))
            current = await RefreshAsync(cancellation);
        return current?.AccessToken;
    }

    /// <summary>Says that the server did not accept a token: the next call does not use it.</summary>
    public void Refuse(string token) => refused = token;

    private bool IsGood(Session? session) =>
        session is not null && session.AccessToken != refused && session.AccessEnds - DateTimeOffset.UtcNow > BeforeItEnds;

    /// <summary>Refreshes, unless another command has while this one waited for the lock.</summary>
    private async Task<Session?> RefreshAsync(CancellationToken cancellation)
    {
        using var held = await file.LockAsync(cancellation);
        if (file.Read() is not { } before)
            return null;
        if (IsGood(before))
            return before;
        // Kept before it is sent: when the answer is lost, the next command asks with the same id and is answered again.
        var asked = before with { RefreshRequestId = before.RefreshRequestId ?? Guid.CreateVersion7().ToString() };
        file.Write(asked);
        try
        {
            var next = Of(before.PersonId, await AskAsync(asked, cancellation));
            file.Write(next);
            return next;
        }
        catch (RpcException failure) when (failure.StatusCode == StatusCode.Unauthenticated)
        {
            file.Delete();
            throw;
        }
    }

    private async Task<Tokens> AskAsync(Session session, CancellationToken cancellation)
    {
        using GrpcChannel channel = Server.ConnectUnsigned(server);
        var request = new RefreshSessionRequest { RefreshToken = session.RefreshToken, RequestId = session.RefreshRequestId };
        var response = await new SessionService.SessionServiceClient(channel).RefreshSessionAsync(
            request, deadline: DateTime.UtcNow + RefreshLimit, cancellationToken: cancellation);
        return response.Tokens;
    }

    /// <summary>What is kept of tokens.</summary>
    public static Session Of(string personId, Tokens tokens) =>
        new(personId, tokens.DeviceId, tokens.AccessToken, tokens.AccessExpireTime.ToDateTimeOffset(), tokens.RefreshToken);
}
