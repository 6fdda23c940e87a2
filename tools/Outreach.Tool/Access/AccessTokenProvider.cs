using Grpc.Core;
using Grpc.Net.Client;
using Outreach.Protocol.Access.V1;

namespace Outreach.Tool.Access;

/// <summary>Provides access tokens. Refreshes the session shortly before its token expires and after the server refused its token.</summary>
public sealed class AccessTokenProvider(Uri server, SessionFile file)
{
    /// <summary>A token that expires within this time is refreshed before use.</summary>
    private static readonly TimeSpan RefreshMargin = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan RefreshTimeout = TimeSpan.FromSeconds(20);

    private StoredSession? current;
    private string? refusedToken;

    /// <summary>Returns an access token; null if nobody is signed in.</summary>
    /// <exception cref="RpcException">The session has ended or could not be refreshed.</exception>
    public async ValueTask<string?> GetAccessTokenAsync(CancellationToken cancellation)
    {
        if (IsUsable(current))
            return current!.AccessToken;
        current = file.Read();
        if (current is not null && !IsUsable(current))
            current = await RefreshAsync(cancellation);
        return current?.AccessToken;
    }

    /// <summary>Records that the server refused a token, so that it is not used again.</summary>
    public void MarkRefused(string token) => refusedToken = token;

    private bool IsUsable(StoredSession? session) =>
        session is not null && session.AccessToken != refusedToken && session.AccessEnds - DateTimeOffset.UtcNow > RefreshMargin;

    /// <summary>Refreshes the session, unless another command refreshed it while this one waited for the lock.</summary>
    private async Task<StoredSession?> RefreshAsync(CancellationToken cancellation)
    {
        using var fileLock = await file.LockAsync(cancellation);
        if (file.Read() is not { } stored)
            return null;
        if (IsUsable(stored))
            return stored;
        // The request id is stored before it is sent. If the answer is lost, the next command repeats the request with the same id.
        var pending = stored with { RefreshRequestId = stored.RefreshRequestId ?? Guid.CreateVersion7().ToString() };
        await file.WriteAsync(pending);
        try
        {
            var refreshed = ToStoredSession(stored.PersonId, await RequestTokensAsync(pending, cancellation));
            await file.WriteAsync(refreshed);
            return refreshed;
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

    /// <summary>Creates the session to store from new tokens.</summary>
    public static StoredSession ToStoredSession(string personId, Tokens tokens) =>
        new(personId, tokens.DeviceId, tokens.AccessToken, tokens.AccessExpireTime.ToDateTimeOffset(), tokens.RefreshToken);
}
