using Microsoft.JSInterop;

namespace Outreach.Web.Shell.Sessions;

/// <summary>The stored part of a session.</summary>
/// <param name="DeviceId">The id of this browser's device.</param>
/// <param name="RefreshToken">The refresh token. It can be exchanged once.</param>
/// <param name="RequestId">The id of the refresh request whose response has not arrived yet; empty if there is none.</param>
public sealed record StoredSession(string DeviceId, string RefreshToken, string RequestId);

/// <summary>Stores the session in the browser, for all tabs and across reloads.</summary>
/// <remarks>
/// It uses localStorage, not an HttpOnly cookie. The content security policy allows no other scripts, and an injected script could use
/// such a cookie as well. A cookie would need an endpoint beside the API, with protection against cross-site requests, which cannot
/// send a token from localStorage. And a reload can lose the response to a refresh: the request can be repeated only because the
/// token and the request's id are stored together. A copied token works once at most: its second use shuts the device out.
/// </remarks>
public sealed class SessionStorage(IJSRuntime script)
{
    private Task<IJSObjectReference>? module;

    /// <summary>Waits until no other tab changes the session, and keeps other tabs from changing it until the result is disposed.</summary>
    /// <remarks>Browsers have locks only on HTTPS and on localhost. Elsewhere two tabs can refresh at the same time.</remarks>
    public async Task<IAsyncDisposable> LockAsync() => new LockHandle(await (await ModuleAsync()).InvokeAsync<IJSObjectReference>("lock"));

    /// <summary>Reads the session; null if none is stored.</summary>
    public async Task<StoredSession?> ReadAsync() =>
        await (await ModuleAsync()).InvokeAsync<string[]?>("read") is [var device, var refresh, var request] ? new StoredSession(device, refresh, request) : null;

    /// <summary>Stores a session in place of the previous one.</summary>
    public async Task WriteAsync(StoredSession session)
    {
        ArgumentNullException.ThrowIfNull(session);
        await (await ModuleAsync()).InvokeVoidAsync("write", session.DeviceId, session.RefreshToken, session.RequestId);
    }

    /// <summary>Deletes the stored session.</summary>
    public async Task DeleteAsync() => await (await ModuleAsync()).InvokeVoidAsync("remove");

    /// <summary>The sign-in code of the URL that the page was opened with. Empty if there was none, and on later calls.</summary>
    public async Task<string> TakeCodeFromUrlAsync() => await (await ModuleAsync()).InvokeAsync<string>("takeCodeFromUrl");

    /// <summary>A label for this browser in the list of devices, for example "Browser on Linux".</summary>
    public async Task<string> GetDeviceLabelAsync() => await (await ModuleAsync()).InvokeAsync<string>("getDeviceLabel");

    private Task<IJSObjectReference> ModuleAsync() => module ??= script.InvokeAsync<IJSObjectReference>("import", "./session.js").AsTask();

    private sealed class LockHandle(IJSObjectReference handle) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await handle.InvokeVoidAsync("release");
            await handle.DisposeAsync();
        }
    }
}
