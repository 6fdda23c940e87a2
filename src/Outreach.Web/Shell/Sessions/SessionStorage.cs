using Microsoft.JSInterop;

namespace Outreach.Web.Shell.Sessions;

/// <summary>What a browser keeps of a session.</summary>
/// <param name="DeviceId">The device that the browser was enrolled as.</param>
/// <param name="RefreshToken">Gets the next tokens, once.</param>
/// <param name="RequestId">The request that is using it up, whose answer has not arrived; empty where none is.</param>
public sealed record StoredSession(string DeviceId, string RefreshToken, string RequestId);

/// <summary>Where a browser keeps its session, for all its tabs and over a reload.</summary>
/// <remarks>
/// In localStorage, not in a cookie that scripts cannot read. The content policy lets no script run but this page's own, and one that
/// ran could use such a cookie as well as this. A cookie would need an endpoint beside the API that takes authority from what the
/// browser sends by itself, and so a guard against other sites, who have no way to make it send what is kept here. And the answer
/// to a refresh can be lost to a reload: only what is kept here, together with the id of the request, can be sent again so that
/// the server knows it for the same. A token that was copied is good for once: its second use shuts the device out.
/// </remarks>
public sealed class SessionStorage(IJSRuntime script)
{
    private Task<IJSObjectReference>? module;

    /// <summary>Waits until no other tab changes the session, and keeps them from it until the result is disposed.</summary>
    /// <remarks>Where the page is neither encrypted nor of this machine, browsers have no locks, and tabs may collide.</remarks>
    public async Task<IAsyncDisposable> LockAsync() => new LockHandle(await (await ModuleAsync()).InvokeAsync<IJSObjectReference>("lock"));

    /// <summary>What is kept; null for nothing.</summary>
    public async Task<StoredSession?> ReadAsync() =>
        await (await ModuleAsync()).InvokeAsync<string[]?>("read") is [var device, var refresh, var request] ? new StoredSession(device, refresh, request) : null;

    /// <summary>Keeps it in place of what was kept.</summary>
    public async Task WriteAsync(StoredSession kept)
    {
        ArgumentNullException.ThrowIfNull(kept);
        await (await ModuleAsync()).InvokeVoidAsync("write", kept.DeviceId, kept.RefreshToken, kept.RequestId);
    }

    /// <summary>Keeps nothing any more.</summary>
    public async Task DeleteAsync() => await (await ModuleAsync()).InvokeVoidAsync("remove");

    /// <summary>The code of the link that the page was opened by, once; empty where there was none.</summary>
    public async Task<string> TakeCodeFromUrlAsync() => await (await ModuleAsync()).InvokeAsync<string>("takeCodeFromUrl");

    /// <summary>What the owner will know this browser by, "Browser on Linux".</summary>
    public async Task<string> GetDeviceLabelAsync() => await (await ModuleAsync()).InvokeAsync<string>("getDeviceLabel");

    private Task<IJSObjectReference> ModuleAsync() => module ??= script.InvokeAsync<IJSObjectReference>("import", "./session.js").AsTask();

    private sealed class LockHandle(IJSObjectReference held) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await held.InvokeVoidAsync("release");
            await held.DisposeAsync();
        }
    }
}
