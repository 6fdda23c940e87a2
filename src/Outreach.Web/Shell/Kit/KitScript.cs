using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace Outreach.Web.Shell.Kit;

/// <summary>What the kit needs of the browser that .NET does not offer.</summary>
public sealed class KitScript(IJSRuntime script)
{
    private Task<IJSObjectReference>? module;

    /// <summary>Opens a dialog over the page and keeps the keyboard in it.</summary>
    public async Task OpenDialogAsync(ElementReference dialog) => await (await ModuleAsync()).InvokeVoidAsync("openDialog", dialog);

    /// <summary>Closes a dialog; nothing happens where it is closed.</summary>
    public async Task CloseDialogAsync(ElementReference dialog) => await (await ModuleAsync()).InvokeVoidAsync("closeDialog", dialog);

    /// <summary>The time zone of this computer, "America/New_York"; empty where the browser does not say.</summary>
    public async Task<string> GetTimeZoneAsync() => await (await ModuleAsync()).InvokeAsync<string>("getTimeZone");

    /// <summary>Every time zone that the browser knows.</summary>
    public async Task<string[]> ListTimeZonesAsync() => await (await ModuleAsync()).InvokeAsync<string[]>("listTimeZones");

    /// <summary>Puts the focus on the first input that is marked as wrong, if there is one.</summary>
    public async Task FocusFirstErrorAsync() => await (await ModuleAsync()).InvokeVoidAsync("focusFirstError");

    /// <summary>Puts the focus on the page's heading, where a page shows something else without another address.</summary>
    public async Task FocusHeadingAsync() => await (await ModuleAsync()).InvokeVoidAsync("focusHeading");

    /// <summary>Scrolls the menu to the page that is open.</summary>
    public async Task ShowCurrentPageAsync() => await (await ModuleAsync()).InvokeVoidAsync("showCurrentPage");

    private Task<IJSObjectReference> ModuleAsync() => module ??= script.InvokeAsync<IJSObjectReference>("import", "./kit.js").AsTask();
}
