using System.Reflection;
using Microsoft.AspNetCore.Components;
using Outreach.Web.Shell.Sessions;

namespace Outreach.Web.Shell.Layout;

/// <summary>A page in the navigation.</summary>
/// <param name="Address">Where it is, from the root on.</param>
/// <param name="Page">What it declares.</param>
public sealed record NavigationEntry(string Address, PageAttribute Page);

/// <summary>Every page of the application, as the pages declare themselves.</summary>
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

    /// <summary>What a page component declares.</summary>
    public static PageAttribute Find(Type component) => component.GetCustomAttribute<PageAttribute>() ?? Undeclared;

    /// <summary>The pages that the navigation shows to a person, in order. The first is where the person lands.</summary>
    public static IEnumerable<NavigationEntry> NavigationOf(CurrentUser user) => Navigation.Where(entry => entry.Page.IsFor(user));
}
