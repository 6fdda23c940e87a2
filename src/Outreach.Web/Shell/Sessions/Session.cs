using Grpc.Core;
using Outreach.Protocol.Access.V1;
using Outreach.Web.Shell.Connection;

namespace Outreach.Web.Shell.Sessions;

/// <summary>
/// The session of this browser. The access token is only in this tab's memory; the refresh token is kept for all tabs, and is
/// exchanged by one of them at a time.
/// </summary>
public sealed class Session(SessionService.SessionServiceClient server, SessionStorage keep, TimeProvider time) : IDisposable
{
    /// <summary>How long an access token is used. It is good for ten minutes; counted from its arrival, because clocks of devices are often wrong.</summary>
    private static readonly TimeSpan RenewAfter = TimeSpan.FromMinutes(8);

    /// <summary>How long the server may take to answer.</summary>
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(15);

    private const string SessionEndedMessage =
        "This browser was signed out or shut out, so nothing more is shown here; to come in again you need a new code.";

    private readonly SemaphoreSlim refreshing = new(1, 1);
    private CancellationTokenSource? retryWait;
    private Task? runningReauthentication;
    private string? token;
    private string device = "";
    private DateTimeOffset renewAt;
    private bool signingOut;

    /// <summary>Who is signed in, if anybody is.</summary>
    public SessionStatus Status { get; private set; } = new SessionStatus.Starting(null);

    /// <summary>Raised when <see cref="Status"/> has changed.</summary>
    public event Action? Changed;

    /// <inheritdoc />
    public void Dispose() => refreshing.Dispose();

    /// <summary>Goes on with the session that the browser keeps, if it keeps one; tries until the server has answered.</summary>
    public async Task StartAsync()
    {
        for (var failures = 1; ; failures++)
        {
            try
            {
                if (token is null && await keep.ReadAsync() is null)
                    SetStatus(new SessionStatus.SignedOut(""));
                else
                    await LoadCallerAsync(await GetAccessTokenAsync());
                return;
            }
            catch (RpcException e) when (e.StatusCode == StatusCode.Unauthenticated)
            {
                await EndAsync(SessionEndedMessage);
                return;
            }
            catch (RpcException)
            {
                await WaitAsync(Backoff.DelayAfter(failures, Random.Shared.NextDouble()));
            }
        }
    }

    /// <summary>Ends the wait for a server that could not be reached.</summary>
    public void TryNow() => retryWait?.Cancel();

    /// <summary>The provider that people can sign in with besides by a code; null where there is none.</summary>
    /// <exception cref="RpcException">The server cannot be reached.</exception>
    public async Task<IdentityProvider?> GetProviderAsync() => (await server.GetSignInOptionsAsync(new GetSignInOptionsRequest(), deadline: Deadline())).Provider;

    /// <summary>Signs in with a code.</summary>
    /// <param name="code">As it was typed.</param>
    /// <param name="requestId">The same for every attempt with the same code.</param>
    /// <exception cref="RpcException">The code is no good, too many were not, or the server cannot be reached.</exception>
    public async Task SignInAsync(string code, Guid requestId)
    {
        var request = new EnrollDeviceRequest { Code = code, RequestId = requestId.ToString(), DeviceLabel = await keep.GetDeviceLabelAsync() };
        await using (await keep.LockAsync())
            await StoreTokensAsync((await server.EnrollDeviceAsync(request, deadline: Deadline())).Tokens);
        SetStatus(new SessionStatus.Starting(null));
        await StartAsync();
    }

    /// <summary>Signs this browser out, on the server too.</summary>
    public async Task SignOutAsync()
    {
        if (signingOut)
            return;
        var told = await EndSessionOnServerAsync();
        await EndAsync(told
            ? "You are signed out."
            : "You are signed out here, but the server could not be told; an administrator can shut this browser out there too.");
        signingOut = false;
    }

    private async Task<bool> EndSessionOnServerAsync()
    {
        try
        {
            var headers = BearerMetadata(await GetAccessTokenAsync());
            signingOut = true;
            await server.EndSessionAsync(new EndSessionRequest(), headers, Deadline());
            return true;
        }
        catch (RpcException e)
        {
            return e.StatusCode == StatusCode.Unauthenticated;
        }
    }

    /// <summary>A token that is good for a while.</summary>
    /// <exception cref="RpcException">UNAUTHENTICATED: nobody is signed in any more; otherwise the server cannot be reached.</exception>
    public async Task<string> GetAccessTokenAsync()
    {
        if (token is null || time.GetUtcNow() >= renewAt)
            await RenewAsync(token);
        return token!;
    }

    /// <summary>
    /// After the server has refused to know the caller: asks who it is, with a new token if it must be, and ends the session if that
    /// is refused too. Who asks meanwhile gets the same answer.
    /// </summary>
    /// <exception cref="RpcException">As <see cref="GetAccessTokenAsync"/>.</exception>
    public async Task ReauthenticateAsync()
    {
        var mine = runningReauthentication ??= ReauthenticateOnceAsync();
        try
        {
            await mine;
        }
        finally
        {
            if (runningReauthentication == mine)
                runningReauthentication = null;
        }
    }

    private async Task ReauthenticateOnceAsync()
    {
        try
        {
            var used = await GetAccessTokenAsync();
            try
            {
                await LoadCallerAsync(used);
            }
            catch (RpcException e) when (e.StatusCode == StatusCode.Unauthenticated)
            {
                await RenewAsync(used);
                await LoadCallerAsync(await GetAccessTokenAsync());
            }
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.Unauthenticated)
        {
            if (!signingOut)
                await EndAsync(SessionEndedMessage);
            throw;
        }
    }

    /// <summary>Exchanges the refresh token, unless somebody did since a token was seen.</summary>
    private async Task RenewAsync(string? seen)
    {
        await refreshing.WaitAsync();
        try
        {
            if (token is not null && token != seen)
                return;
            await using var held = await keep.LockAsync();
            var kept = await keep.ReadAsync();
            if (kept is null || signingOut)
                throw new RpcException(new Status(StatusCode.Unauthenticated, "Nobody is signed in here."));
            // Kept before it is sent, so that whoever comes after a lost answer sends the same request.
            if (kept.RequestId.Length == 0)
                await keep.WriteAsync(kept = kept with { RequestId = Guid.NewGuid().ToString() });
            var before = device;
            await StoreTokensAsync((await RefreshAsync(kept)).Tokens);
            // Somebody signed in anew in another tab: what this one shows is then of whoever that is.
            if (before.Length > 0 && before != device)
                await LoadCallerAsync(token!);
        }
        finally
        {
            refreshing.Release();
        }
    }

    private async Task<RefreshSessionResponse> RefreshAsync(StoredSession kept)
    {
        try
        {
            var request = new RefreshSessionRequest { RefreshToken = kept.RefreshToken, RequestId = kept.RequestId };
            return await server.RefreshSessionAsync(request, deadline: Deadline());
        }
        catch (RpcException e) when (e.StatusCode is StatusCode.Unauthenticated or StatusCode.InvalidArgument)
        {
            await keep.DeleteAsync();
            throw new RpcException(new Status(StatusCode.Unauthenticated, e.Status.Detail));
        }
    }

    private async Task StoreTokensAsync(Tokens tokens)
    {
        await keep.WriteAsync(new StoredSession(tokens.DeviceId, tokens.RefreshToken, ""));
        (token, device, renewAt) = (tokens.AccessToken, tokens.DeviceId, time.GetUtcNow() + RenewAfter);
    }

    private async Task LoadCallerAsync(string with)
    {
        var caller = await server.GetCallerAsync(new GetCallerRequest(), BearerMetadata(with), Deadline());
        SetStatus(new SessionStatus.SignedIn(new CurrentUser(caller.Person, caller.Organization ?? new Organization())));
    }

    /// <summary>Nobody is signed in any more. What another tab has signed in with since is left.</summary>
    private async Task EndAsync(string why)
    {
        token = null;
        await using (await keep.LockAsync())
        {
            if (await keep.ReadAsync() is { } kept && kept.DeviceId == device)
                await keep.DeleteAsync();
        }

        if (Status is not SessionStatus.SignedOut)
            SetStatus(new SessionStatus.SignedOut(why));
    }

    private async Task WaitAsync(TimeSpan delay)
    {
        using var ends = new CancellationTokenSource();
        retryWait = ends;
        SetStatus(new SessionStatus.Starting(time.GetUtcNow() + delay));
        await Task.Delay(delay, time, ends.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        retryWait = null;
    }

    private static DateTime Deadline() => DateTime.UtcNow + CallTimeout;

    private static Metadata BearerMetadata(string token) => new() { { "authorization", $"Bearer {token}" } };

    private void SetStatus(SessionStatus standing)
    {
        if (standing == Status)
            return;
        Status = standing;
        Changed?.Invoke();
    }
}
