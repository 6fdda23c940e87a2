using Outreach.Protocol.Access.V1;
using Outreach.Web.Shell.Sessions;

namespace Outreach.Web.Shell.Layout;

/// <summary>
/// Declares a page beside its route: its title, the roles that it is for and its place in the navigation. The shell needs nothing else
/// to add a page.
/// </summary>
/// <example>
/// <code>
/// @page "/people"
/// @attribute [Page("People", Role.Administrator, Role.SiteCoordinator, NavigationOrder = 40, Icon = "people")]
/// </code>
/// </example>
/// <param name="title">The title, as the navigation and the browser's tab show it.</param>
/// <param name="roles">Roles of which one is enough. Empty: everybody who has a role.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class PageAttribute(string title, params Role[] roles) : Attribute
{
    /// <summary>The title, as the navigation and the browser's tab show it.</summary>
    public string Title => title;

    /// <summary>Roles of which one is enough. Empty: everybody who has a role.</summary>
    public IReadOnlyList<Role> Roles => roles;

    /// <summary>Whether only administrators of the organization that keeps the installation see the page.</summary>
    public bool ForInstallation { get; init; }

    /// <summary>The place in the navigation, lowest first; 0 for a page that is not in it.</summary>
    public int NavigationOrder { get; init; }

    /// <summary>The name of the <see cref="Kit.Icon"/> in the navigation.</summary>
    public string Icon { get; init; } = "";

    /// <summary>Whether the navigation shows how much waits beside the title.</summary>
    public bool ShowsWaitingCount { get; init; }

    /// <summary>Whether a person may open the page.</summary>
    public bool IsFor(CurrentUser user)
    {
        ArgumentNullException.ThrowIfNull(user);
        return user.HasRole(roles.Length > 0 ? roles : Enum.GetValues<Role>()) && (!ForInstallation || user.KeepsInstallation);
    }
}
