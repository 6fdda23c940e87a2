using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace Outreach.Web.Shell.Kit;

/// <summary>Calls the browser functions in kit.js.</summary>
public sealed class KitScript(IJSRuntime script)
{
    private Task<IJSObjectReference>? module;

    /// <summary>Opens a modal dialog. The focus stays in it.</summary>
    public async Task OpenDialogAsync(ElementReference dialog) => await (await ModuleAsync()).InvokeVoidAsync("openDialog", dialog);

    /// <summary>Closes a dialog. Does nothing if it is closed already.</summary>
    public async Task CloseDialogAsync(ElementReference dialog) => await (await ModuleAsync()).InvokeVoidAsync("closeDialog", dialog);

    /// <summary>The time zone of this computer, "America/New_York"; empty if the browser does not tell.</summary>
    public async Task<string> GetTimeZoneAsync() => await (await ModuleAsync()).InvokeAsync<string>("getTimeZone");

    /// <summary>Every time zone that the browser knows.</summary>
    public async Task<string[]> ListTimeZonesAsync() => await (await ModuleAsync()).InvokeAsync<string[]>("listTimeZones");

    /// <summary>Moves the focus to the first invalid input, if there is one.</summary>
    public async Task FocusFirstErrorAsync() => await (await ModuleAsync()).InvokeVoidAsync("focusFirstError");

    /// <summary>Moves the focus to the page's heading, for a page that changes its content but not its URL.</summary>
    public async Task FocusHeadingAsync() => await (await ModuleAsync()).InvokeVoidAsync("focusHeading");

    /// <summary>Scrolls the menu so that the entry of the current page is visible.</summary>
    public async Task ShowCurrentPageAsync() => await (await ModuleAsync()).InvokeVoidAsync("showCurrentPage");

    private Task<IJSObjectReference> ModuleAsync() => module ??= script.InvokeAsync<IJSObjectReference>("import", "./kit.js").AsTask();
}
