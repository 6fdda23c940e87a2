using System.Reflection;
using Microsoft.AspNetCore.Components;
using Outreach.Protocol.Access.V1;
using Outreach.Web.Shell.Layout;
using Outreach.Web.Shell.Sessions;

namespace Outreach.Web.Tests.Shell;

/// <summary>The pages and who sees them in the navigation.</summary>
public sealed class PageDirectoryTests
{
    [Fact]
    public void Every_page_declares_its_title_and_its_roles() =>
        Assert.All(typeof(App).Assembly.GetTypes().Where(type => type.GetCustomAttribute<RouteAttribute>() is not null), page =>
            Assert.NotNull(page.GetCustomAttribute<PageAttribute>()));

    [Fact]
    public void Every_role_has_a_page_to_land_on() =>
        Assert.All(Enum.GetValues<Role>().Where(role => role != Role.Unspecified), role => Assert.NotEmpty(PageDirectory.NavigationOf(UserWith(role))));

    [Fact]
    public void A_person_without_a_role_has_no_page() => Assert.Empty(PageDirectory.NavigationOf(UserWith()));

    [Fact]
    public void Only_administrators_of_the_installation_see_organizations()
    {
        var elsewhere = UserWith(Role.Administrator);
        var here = elsewhere with { Organization = new Organization { ManagesInstallation = true } };

        Assert.DoesNotContain("/organizations", PageDirectory.NavigationOf(elsewhere).Select(entry => entry.Address));
        Assert.Contains("/organizations", PageDirectory.NavigationOf(here).Select(entry => entry.Address));
    }

    private static CurrentUser UserWith(params Role[] roles) =>
        new(new Person { Grants = { roles.Select(role => new Grant { Role = role }) } }, new Organization());
}
