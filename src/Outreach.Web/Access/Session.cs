using Grpc.Core;
using Outreach.Protocol.Access.V1;
using Outreach.Web.Reports;

namespace Outreach.Web.Access;

/// <summary>
/// The session of this browser. The access token is only in this tab's memory; the refresh token is kept for all tabs, and is
/// exchanged by one of them at a time.
/// </summary>
public sealed class Session(SessionService.SessionServiceClient server, Keep keep, TimeProvider time) : IDisposable
{
    /// <summary>How long an access token is used. It is good for ten minutes; counted from its arrival, because clocks of devices are often wrong.</summary>
    private static readonly TimeSpan Used = TimeSpan.FromMinutes(8);

    /// <summary>How long the server may take to answer.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private const string ShutOut =
        "This browser was signed out or shut out, so nothing more is shown here; to come in again you need a new code.";

    private readonly SemaphoreSlim refreshing = new(1, 1);
    private CancellationTokenSource? wait;
    private Task? asking;
    private string? token;
    private string device = "";
    private DateTimeOffset renewAt;
    private bool leaving;

    /// <summary>Who is signed in, if anybody is.</summary>
    public Standing Standing { get; private set; } = new Standing.Starting(null);

    /// <summary>Raised when <see cref="Standing"/> has changed.</summary>
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
                    Tell(new Standing.SignedOut(""));
                else
                    await ReadCallerAsync(await TokenAsync());
                return;
            }
            catch (RpcException e) when (e.StatusCode == StatusCode.Unauthenticated)
            {
                await EndAsync(ShutOut);
                return;
            }
            catch (RpcException)
            {
                await WaitAsync(Backoff.After(failures, Random.Shared.NextDouble()));
            }
        }
    }

    /// <summary>Ends the wait for a server that could not be reached.</summary>
    public void TryNow() => wait?.Cancel();

    /// <summary>The provider that people can sign in with besides by a code; null where there is none.</summary>
    /// <exception cref="RpcException">The server cannot be reached.</exception>
    public async Task<Provider?> ProviderAsync() => (await server.GetWaysInAsync(new GetWaysInRequest(), deadline: Deadline())).Provider;

    /// <summary>Signs in with a code.</summary>
    /// <param name="code">As it was typed.</param>
    /// <param name="requestId">The same for every attempt with the same code.</param>
    /// <exception cref="RpcException">The code is no good, too many were not, or the server cannot be reached.</exception>
    public async Task SignInAsync(string code, Guid requestId)
    {
        var request = new EnrollRequest { Code = code, RequestId = requestId.ToString(), DeviceLabel = await keep.LabelAsync() };
        await using (await keep.HoldAsync())
            await TakeAsync((await server.EnrollAsync(request, deadline: Deadline())).Tokens);
        Tell(new Standing.Starting(null));
        await StartAsync();
    }

    /// <summary>Signs this browser out, on the server too.</summary>
    public async Task SignOutAsync()
    {
        if (leaving)
            return;
        var told = await TellThatWeLeaveAsync();
        await EndAsync(told
            ? "You are signed out."
            : "You are signed out here, but the server could not be told; an administrator can shut this browser out there too.");
        leaving = false;
    }

    private async Task<bool> TellThatWeLeaveAsync()
    {
        try
        {
            var headers = Carrying(await TokenAsync());
            leaving = true;
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
    public async Task<string> TokenAsync()
    {
        if (token is null || time.GetUtcNow() >= renewAt)
            await RenewAsync(token);
        return token!;
    }

    /// <summary>
    /// After the server has refused to know the caller: asks who it is, with a new token if it must be, and ends the session if that
    /// is refused too. Who asks meanwhile gets the same answer.
    /// </summary>
    /// <exception cref="RpcException">As <see cref="TokenAsync"/>.</exception>
    public async Task ProveAsync()
    {
        var mine = asking ??= ProveOnceAsync();
        try
        {
            await mine;
        }
        finally
        {
            if (asking == mine)
                asking = null;
        }
    }

    private async Task ProveOnceAsync()
    {
        try
        {
            var used = await TokenAsync();
            try
            {
                await ReadCallerAsync(used);
            }
            catch (RpcException e) when (e.StatusCode == StatusCode.Unauthenticated)
            {
                await RenewAsync(used);
                await ReadCallerAsync(await TokenAsync());
            }
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.Unauthenticated)
        {
            if (!leaving)
                await EndAsync(ShutOut);
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
            await using var held = await keep.HoldAsync();
            var kept = await keep.ReadAsync();
            if (kept is null || leaving)
                throw new RpcException(new Status(StatusCode.Unauthenticated, "Nobody is signed in here."));
            // Kept before it is sent, so that whoever comes after a lost answer sends the same request.
            if (kept.RequestId.Length == 0)
                await keep.WriteAsync(kept = kept with { RequestId = Guid.NewGuid().ToString() });
            var before = device;
            await TakeAsync((await RefreshAsync(kept)).Tokens);
            // Somebody signed in anew in another tab: what this one shows is then of whoever that is.
            if (before.Length > 0 && before != device)
                await ReadCallerAsync(token!);
        }
        finally
        {
            refreshing.Release();
        }
    }

    private async Task<RefreshSessionResponse> RefreshAsync(Kept kept)
    {
        try
        {
            var request = new RefreshSessionRequest { RefreshToken = kept.RefreshToken, RequestId = kept.RequestId };
            return await server.RefreshSessionAsync(request, deadline: Deadline());
        }
        catch (RpcException e) when (e.StatusCode is StatusCode.Unauthenticated or StatusCode.InvalidArgument)
        {
            await keep.ForgetAsync();
            throw new RpcException(new Status(StatusCode.Unauthenticated, e.Status.Detail));
        }
    }

    private async Task TakeAsync(Tokens tokens)
    {
        await keep.WriteAsync(new Kept(tokens.DeviceId, tokens.RefreshToken, ""));
        (token, device, renewAt) = (tokens.AccessToken, tokens.DeviceId, time.GetUtcNow() + Used);
    }

    private async Task ReadCallerAsync(string with)
    {
        var caller = await server.GetCallerAsync(new GetCallerRequest(), Carrying(with), Deadline());
        Tell(new Standing.SignedIn(new Who(caller.Person, caller.Organization ?? new Organization())));
    }

    /// <summary>Nobody is signed in any more. What another tab has signed in with since is left.</summary>
    private async Task EndAsync(string why)
    {
        token = null;
        await using (await keep.HoldAsync())
        {
            if (await keep.ReadAsync() is { } kept && kept.DeviceId == device)
                await keep.ForgetAsync();
        }

        if (Standing is not Standing.SignedOut)
            Tell(new Standing.SignedOut(why));
    }

    private async Task WaitAsync(TimeSpan delay)
    {
        using var ends = new CancellationTokenSource();
        wait = ends;
        Tell(new Standing.Starting(time.GetUtcNow() + delay));
        await Task.Delay(delay, time, ends.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        wait = null;
    }

    private static DateTime Deadline() => DateTime.UtcNow + Patience;

    private static Metadata Carrying(string token) => new() { { "authorization", $"Bearer {token}" } };

    private void Tell(Standing standing)
    {
        if (standing == Standing)
            return;
        Standing = standing;
        Changed?.Invoke();
    }
}
