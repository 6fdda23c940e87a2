using Grpc.Core;
using Grpc.Net.Client;
using Outreach.Protocol.Access.V1;

namespace Outreach.Tool.Access;

/// <summary>Keeps a command signed in: refreshes the session before its access token ends, and when the server refuses that token.</summary>
public sealed class AccessTokenProvider(Uri server, SessionFile file)
{
    /// <summary>An access token that ends within this is exchanged before it is used.</summary>
    private static readonly TimeSpan RefreshMargin = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan RefreshTimeout = TimeSpan.FromSeconds(20);

    private StoredSession? current;
    private string? refusedToken;

    /// <summary>An access token; null where nobody is signed in.</summary>
    /// <exception cref="RpcException">The session has ended, or it could not be refreshed.</exception>
    public async ValueTask<string?> GetAccessTokenAsync(CancellationToken cancellation)
    {
        if (IsUsable(current))
            return current!.AccessToken;
        current = file.Read();
        if (current is not null && !IsUsable(current))
            current = await RefreshAsync(cancellation);
        return current?.AccessToken;
    }

    /// <summary>Says that the server did not accept a token: the next call does not use it.</summary>
    public void MarkRefused(string token) => refusedToken = token;

    private bool IsUsable(StoredSession? session) =>
        session is not null && session.AccessToken != refusedToken && session.AccessEnds - DateTimeOffset.UtcNow > RefreshMargin;

    /// <summary>Refreshes, unless another command has while this one waited for the lock.</summary>
    private async Task<StoredSession?> RefreshAsync(CancellationToken cancellation)
    {
        using var held = await file.LockAsync(cancellation);
        if (file.Read() is not { } before)
            return null;
        if (IsUsable(before))
            return before;
        // Kept before it is sent: when the answer is lost, the next command asks with the same id and is answered again.
        var asked = before with { RefreshRequestId = before.RefreshRequestId ?? Guid.CreateVersion7().ToString() };
        file.Write(asked);
        try
        {
            var next = ToStoredSession(before.PersonId, await RequestTokensAsync(asked, cancellation));
            file.Write(next);
            return next;
        }
        catch (RpcException failure) when (failure.StatusCode == StatusCode.Unauthenticated)
        {
            file.Delete();
            throw;
        }
    }

    private async Task<Tokens> RequestTokensAsync(StoredSession session, CancellationToken cancellation)
    {
        using GrpcChannel channel = ServerConnection.ConnectAnonymous(server);
        var request = new RefreshSessionRequest { RefreshToken = session.RefreshToken, RequestId = session.RefreshRequestId };
        var response = await new SessionService.SessionServiceClient(channel).RefreshSessionAsync(
            request, deadline: DateTime.UtcNow + RefreshTimeout, cancellationToken: cancellation);
        return response.Tokens;
    }

    /// <summary>What is kept of tokens.</summary>
    public static StoredSession ToStoredSession(string personId, Tokens tokens) =>
        new(personId, tokens.DeviceId, tokens.AccessToken, tokens.AccessExpireTime.ToDateTimeOffset(), tokens.RefreshToken);
}
