using System.Reflection;
using System.Xml.Linq;
using Outreach.Domain.Catalog;

namespace Outreach.Domain.Tests;

/// <summary>The walls of the house: which project may know which, and that the domain knows nothing but time.</summary>
public class ArchitectureTests
{
    [Theory]
    [InlineData("src/Outreach.Domain")]
    [InlineData("src/Outreach.Protocol")]
    [InlineData("src/Outreach.Server", "Outreach.Domain", "Outreach.Protocol", "Outreach.Web")]
    [InlineData("src/Outreach.Web", "Outreach.Protocol")]
    public void A_project_knows_only_the_projects_that_it_may(string folder, params string[] mayKnow)
    {
        Assert.Equal(mayKnow, ReferencedProjects(folder));
    }

    [Fact]
    public void The_domain_references_NodaTime_and_no_other_package_at_run_time()
    {
        var packages = Elements("src/Outreach.Domain", "PackageReference")
            .Where(reference => (string?)reference.Attribute("PrivateAssets") != "all")
            .Select(reference => (string?)reference.Attribute("Include"));

        Assert.Equal(["NodaTime"], packages);
    }

    [Fact]
    public void The_domain_is_compiled_against_the_runtime_and_NodaTime_alone()
    {
        var others = typeof(Product).Assembly.GetReferencedAssemblies()
            .Select(name => name.Name!)
            .Where(name => !name.StartsWith("System", StringComparison.Ordinal) && name != "NodaTime");

        Assert.Empty(others);
    }

    [Fact]
    public void The_domain_carries_no_attribute_of_a_serializer_or_a_framework()
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
        XDocument.Load(Directory.GetFiles(Path.Combine(Root(), folder), "*.csproj").Single()).Descendants(name);

    internal static string Root()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Outreach.sln")))
                return folder.FullName;
        throw new InvalidOperationException($"No Outreach.sln above {AppContext.BaseDirectory}.");
    }
}
