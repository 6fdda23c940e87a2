using Grpc.Core;
using Outreach.Protocol.Access.V1;
using Outreach.Web.Shell.Connection;

namespace Outreach.Web.Shell.Sessions;

/// <summary>
/// The session of this browser. The access token is kept in the memory of this tab. All tabs share the stored refresh token, and one
/// tab at a time exchanges it.
/// </summary>
public sealed class Session(SessionService.SessionServiceClient client, SessionStorage storage, TimeProvider time) : IDisposable
{
    /// <summary>How long an access token is used. It expires after ten minutes. The time counts from its arrival, because device clocks are often wrong.</summary>
    private static readonly TimeSpan RenewAfter = TimeSpan.FromMinutes(8);

    /// <summary>The timeout of a call.</summary>
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(15);

    private const string SessionEndedMessage =
        "This browser was signed out or shut out. To sign in again, you need a new code.";

    private readonly SemaphoreSlim refreshing = new(1, 1);
    private CancellationTokenSource? retryWait;
    private Task? runningReauthentication;
    private string? token;
    private string device = "";
    private DateTimeOffset renewAt;
    private bool signingOut;

    /// <summary>Whether somebody is signed in, and who.</summary>
    public SessionStatus Status { get; private set; } = new SessionStatus.Starting(null);

    /// <summary>Raised when <see cref="Status"/> has changed.</summary>
    public event Action? Changed;

    /// <inheritdoc />
    public void Dispose() => refreshing.Dispose();

    /// <summary>Continues the stored session, if there is one. Repeats the attempt until the server has answered.</summary>
    public async Task StartAsync()
    {
        for (var failures = 1; ; failures++)
        {
            try
            {
                if (token is null && await storage.ReadAsync() is null)
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

    /// <summary>Starts the next attempt to reach the server now.</summary>
    public void TryNow() => retryWait?.Cancel();

    /// <summary>The identity provider that people can sign in with instead of a code; null if there is none.</summary>
    /// <exception cref="RpcException">The server cannot be reached.</exception>
    public async Task<IdentityProvider?> GetProviderAsync() => (await client.GetSignInOptionsAsync(new GetSignInOptionsRequest(), deadline: Deadline())).Provider;

    /// <summary>Signs in with a code.</summary>
    /// <param name="code">The code, as it was typed.</param>
    /// <param name="requestId">The same for every attempt with the same code.</param>
    /// <exception cref="RpcException">The code does not work, too many codes were wrong, or the server cannot be reached.</exception>
    public async Task SignInAsync(string code, Guid requestId)
    {
        var request = new EnrollDeviceRequest { Code = code, RequestId = requestId.ToString(), DeviceLabel = await storage.GetDeviceLabelAsync() };
        await using (await storage.LockAsync())
            await StoreTokensAsync((await client.EnrollDeviceAsync(request, deadline: Deadline())).Tokens);
        SetStatus(new SessionStatus.Starting(null));
        await StartAsync();
    }

    /// <summary>Signs this browser out, on the server as well.</summary>
    public async Task SignOutAsync()
    {
        if (signingOut)
            return;
        var endedOnServer = await EndSessionOnServerAsync();
        await EndAsync(endedOnServer
            ? "You are signed out."
            : "You are signed out here, but the server could not be reached. To be safe, ask an administrator to shut this browser out.");
        signingOut = false;
    }

    private async Task<bool> EndSessionOnServerAsync()
    {
        try
        {
            var headers = BearerMetadata(await GetAccessTokenAsync());
            signingOut = true;
            await client.EndSessionAsync(new EndSessionRequest(), headers, Deadline());
            return true;
        }
        catch (RpcException e)
        {
            return e.StatusCode == StatusCode.Unauthenticated;
        }
    }

    /// <summary>An access token that is valid for at least two minutes.</summary>
    /// <exception cref="RpcException">UNAUTHENTICATED: the session has ended. Otherwise the server cannot be reached.</exception>
    public async Task<string> GetAccessTokenAsync()
    {
        if (token is null || time.GetUtcNow() >= renewAt)
            await RenewAsync(token);
        return token!;
    }

    /// <summary>
    /// Checks the session after UNAUTHENTICATED: reads the user again, if necessary with new tokens. If that fails with UNAUTHENTICATED
    /// too, ends the session. Concurrent calls share one check.
    /// </summary>
    /// <exception cref="RpcException">As <see cref="GetAccessTokenAsync"/>.</exception>
    public async Task ReauthenticateAsync()
    {
        var attempt = runningReauthentication ??= ReauthenticateOnceAsync();
        try
        {
            await attempt;
        }
        finally
        {
            if (runningReauthentication == attempt)
                runningReauthentication = null;
        }
    }

    private async Task ReauthenticateOnceAsync()
    {
        try
        {
            var accessToken = await GetAccessTokenAsync();
            try
            {
                await LoadCallerAsync(accessToken);
            }
            catch (RpcException e) when (e.StatusCode == StatusCode.Unauthenticated)
            {
                await RenewAsync(accessToken);
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

    /// <summary>Exchanges the refresh token, unless the access token has been replaced already.</summary>
    private async Task RenewAsync(string? replaced)
    {
        await refreshing.WaitAsync();
        try
        {
            if (token is not null && token != replaced)
                return;
            await using var tabLock = await storage.LockAsync();
            var stored = await storage.ReadAsync();
            if (stored is null || signingOut)
                throw new RpcException(new Status(StatusCode.Unauthenticated, "Nobody is signed in here."));
            // The request id is stored before the call, so that after a lost response the same request is sent again.
            if (stored.RequestId.Length == 0)
                await storage.WriteAsync(stored = stored with { RequestId = Guid.NewGuid().ToString() });
            var previousDevice = device;
            await StoreTokensAsync((await RefreshAsync(stored)).Tokens);
            // If somebody else signed in in another tab, this tab shows that user too.
            if (previousDevice.Length > 0 && previousDevice != device)
                await LoadCallerAsync(token!);
        }
        finally
        {
            refreshing.Release();
        }
    }

    private async Task<RefreshSessionResponse> RefreshAsync(StoredSession stored)
    {
        try
        {
            var request = new RefreshSessionRequest { RefreshToken = stored.RefreshToken, RequestId = stored.RequestId };
            return await client.RefreshSessionAsync(request, deadline: Deadline());
        }
        catch (RpcException e) when (e.StatusCode is StatusCode.Unauthenticated or StatusCode.InvalidArgument)
        {
            await storage.DeleteAsync();
            throw new RpcException(new Status(StatusCode.Unauthenticated, e.Status.Detail));
        }
    }

    private async Task StoreTokensAsync(Tokens tokens)
    {
        await storage.WriteAsync(new StoredSession(tokens.DeviceId, tokens.RefreshToken, ""));
        (token, device, renewAt) = (tokens.AccessToken, tokens.DeviceId, time.GetUtcNow() + RenewAfter);
    }

    private async Task LoadCallerAsync(string accessToken)
    {
        var caller = await client.GetCallerAsync(new GetCallerRequest(), BearerMetadata(accessToken), Deadline());
        SetStatus(new SessionStatus.SignedIn(new CurrentUser(caller.Person, caller.Organization ?? new Organization())));
    }

    /// <summary>Ends the session. A new session from another tab is kept.</summary>
    private async Task EndAsync(string reason)
    {
        token = null;
        await using (await storage.LockAsync())
        {
            if (await storage.ReadAsync() is { } stored && stored.DeviceId == device)
                await storage.DeleteAsync();
        }

        if (Status is not SessionStatus.SignedOut)
            SetStatus(new SessionStatus.SignedOut(reason));
    }

    private async Task WaitAsync(TimeSpan delay)
    {
        using var wait = new CancellationTokenSource();
        retryWait = wait;
        SetStatus(new SessionStatus.Starting(time.GetUtcNow() + delay));
        await Task.Delay(delay, time, wait.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        retryWait = null;
    }

    private static DateTime Deadline() => DateTime.UtcNow + CallTimeout;

    private static Metadata BearerMetadata(string token) => new() { { "authorization", $"Bearer {token}" } };

    private void SetStatus(SessionStatus status)
    {
        if (status == Status)
            return;
        Status = status;
        Changed?.Invoke();
    }
}
