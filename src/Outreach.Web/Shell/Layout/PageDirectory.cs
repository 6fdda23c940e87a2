using System.Reflection;
using Microsoft.AspNetCore.Components;
using Outreach.Web.Shell.Sessions;

namespace Outreach.Web.Shell.Layout;

/// <summary>An entry of the navigation.</summary>
/// <param name="Address">The path of the page, from the root.</param>
/// <param name="Page">The attribute of the page.</param>
public sealed record NavigationEntry(string Address, PageAttribute Page);

/// <summary>The pages of the application, found by their <see cref="PageAttribute"/>.</summary>
public static class PageDirectory
{
    private static readonly PageAttribute Undeclared = new("Outreach");

    private static readonly NavigationEntry[] Navigation =
    [
        .. from type in typeof(PageDirectory).Assembly.GetTypes()
           let page = type.GetCustomAttribute<PageAttribute>()
           where page?.NavigationOrder > 0
           orderby page.NavigationOrder
           select new NavigationEntry(type.GetCustomAttribute<RouteAttribute>()!.Template, page),
    ];

    /// <summary>The attribute of a page component.</summary>
    public static PageAttribute Find(Type component) => component.GetCustomAttribute<PageAttribute>() ?? Undeclared;

    /// <summary>The navigation entries of a user, in order. The first is the user's start page.</summary>
    public static IEnumerable<NavigationEntry> NavigationOf(CurrentUser user) => Navigation.Where(entry => entry.Page.IsFor(user));
}
