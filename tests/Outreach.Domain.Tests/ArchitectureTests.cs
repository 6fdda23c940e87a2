using System.Reflection;
using System.Xml.Linq;
using Outreach.Domain.Catalog;
using Outreach.Tests.Shared;
namespace Outreach.Domain.Tests;

/// <summary>Which projects and packages each project may reference.</summary>
public class ArchitectureTests
{
    [Theory]
    [InlineData("src/Outreach.Domain")]
    [InlineData("src/Outreach.Protocol")]
    [InlineData("src/Outreach.Server", "Outreach.Domain", "Outreach.Protocol", "Outreach.Web")]
    [InlineData("src/Outreach.Web", "Outreach.Protocol")]
    public void A_project_references_only_the_allowed_projects(string folder, params string[] allowed)
    {
        Assert.Equal(allowed, ReferencedProjects(folder));
    }

    [Fact]
    public void NodaTime_is_the_only_run_time_package_of_the_domain()
    {
        var packages = Elements("src/Outreach.Domain", "PackageReference")
            .Where(reference => (string?)reference.Attribute("PrivateAssets") != "all")
            .Select(reference => (string?)reference.Attribute("Include"));

        Assert.Equal(["NodaTime"], packages);
    }

    [Fact]
    public void The_domain_references_only_the_runtime_and_NodaTime()
    {
        var others = typeof(Product).Assembly.GetReferencedAssemblies()
            .Select(name => name.Name!)
            .Where(name => !name.StartsWith("System", StringComparison.Ordinal) && name != "NodaTime");

        Assert.Empty(others);
    }

    [Fact]
    public void The_domain_has_no_serializer_or_framework_attributes()
    {
        var foreign = typeof(Product).Assembly.GetTypes()
            .SelectMany(type => type.GetCustomAttributesData().Concat(type.GetMembers(AllMembers).SelectMany(member => member.GetCustomAttributesData())))
            .Select(attribute => attribute.AttributeType.Namespace ?? "")
            .Where(space => space.StartsWith("System.Text.Json", StringComparison.Ordinal) || space.StartsWith("Orleans", StringComparison.Ordinal))
            .Distinct();

        Assert.Empty(foreign);
    }

    private const BindingFlags AllMembers =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static IEnumerable<string> ReferencedProjects(string folder) =>
        Elements(folder, "ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension((string)reference.Attribute("Include")!))
            .Order(StringComparer.Ordinal);

    private static IEnumerable<XElement> Elements(string folder, string name) =>
        XDocument.Load(Directory.GetFiles(Path.Combine(SourceTree.Root, folder), "*.csproj").Single()).Descendants(name);
}
