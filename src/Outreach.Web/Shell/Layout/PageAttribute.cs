using Outreach.Protocol.Access.V1;
using Outreach.Web.Shell.Sessions;

namespace Outreach.Web.Shell.Layout;

/// <summary>
/// Declares the title, roles and navigation entry of a page, next to its route. A new page needs nothing else.
/// </summary>
/// <example>
/// <code>
/// @page "/people"
/// @attribute [Page("People", Role.Administrator, Role.SiteCoordinator, NavigationOrder = 40, Icon = "people")]
/// </code>
/// </example>
/// <param name="title">The title in the navigation and in the browser's tab.</param>
/// <param name="roles">A user needs one of these roles. If empty, any role.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class PageAttribute(string title, params Role[] roles) : Attribute
{
    /// <summary>The title in the navigation and in the browser's tab.</summary>
    public string Title => title;

    /// <summary>A user needs one of these roles. If empty, any role.</summary>
    public IReadOnlyList<Role> Roles => roles;

    /// <summary>Whether the page is only for administrators of the organization that manages the installation.</summary>
    public bool ForInstallation { get; init; }

    /// <summary>The position in the navigation, lowest first; 0 for a page without an entry.</summary>
    public int NavigationOrder { get; init; }

    /// <summary>The name of the <see cref="Kit.Icon"/> in the navigation.</summary>
    public string Icon { get; init; } = "";

    /// <summary>Whether the navigation shows beside the title how many items wait.</summary>
    public bool ShowsWaitingCount { get; init; }

    /// <summary>Whether the user may open the page.</summary>
    public bool IsFor(CurrentUser user)
    {
        ArgumentNullException.ThrowIfNull(user);
        return user.HasRole(roles.Length > 0 ? roles : Enum.GetValues<Role>()) && (!ForInstallation || user.ManagesInstallation);
    }
}
