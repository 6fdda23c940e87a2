using Outreach.Tests.Shared;

namespace Outreach.Domain.Tests;

/// <summary>Which folder of a project may know which. Lower floors know nothing of higher ones, and slices do not know each other in a circle.</summary>
public class FloorTests
{
    /// <summary>The floors of the server below the slices, the lowest first. Each may know those before it.</summary>
    private static readonly string[] ServerFloors = ["", "Configuration", "Ledger", "Rpc", "Recording", "Access"];

    /// <summary>The slices, and the slices that each may know: only some that are listed before it.</summary>
    private static readonly (string Slice, string[] MayKnow)[] ServerSlices =
    [
        ("Catalog", []),
        ("Sites", []),
        ("Questions", []),
        ("Stock", ["Catalog", "Sites"]),
        ("Encounters", ["Catalog", "Sites", "Stock"]),
        ("Reports", ["Encounters"]),
        ("Upkeep", []),
        ("Demo", ["Sites", "Stock", "Encounters"]),
    ];

    /// <summary>The folders of the dashboard and the folders that each may know, whether they exist or not.</summary>
    private static readonly (string Folder, string[] MayKnow)[] WebFolders =
    [
        ("Shell", []),
        ("Sites", ["Shell"]),
        ("Catalog", ["Shell"]),
        ("Stock", ["Shell", "Catalog"]),
        ("Encounters", ["Shell", "Catalog", "Stock"]),
        ("Access", ["Shell", "Sites"]),
        ("Questions", ["Shell", "Access"]),
        ("Reports", ["Shell", "Access", "Encounters", "Stock"]),
    ];

    [Fact]
    public void Folders_of_the_server_know_only_those_on_lower_floors()
    {
        var broken = References("Outreach.Server").Where(reference => !MayKnow(reference.From, reference.To));

        Assert.Empty(broken.Select(reference => reference.ToString()));
    }

    [Fact]
    public void Slices_know_only_slices_listed_before_them()
    {
        var known = new HashSet<string>();
        foreach (var (slice, mayKnow) in ServerSlices)
        {
            Assert.Subset(known, mayKnow.ToHashSet());
            known.Add(slice);
        }
    }

    [Fact]
    public void Folders_of_the_dashboard_know_only_those_on_lower_floors()
    {
        var mayKnow = WebFolders.ToDictionary(folder => folder.Folder, folder => folder.MayKnow);
        var broken = References("Outreach.Web")
            .Where(reference => reference.From != "" && !mayKnow[reference.From].Contains(reference.To));

        Assert.Empty(broken.Select(reference => reference.ToString()));
    }

    private static IEnumerable<SourceReference> References(string project) =>
        new SourceReferences(Path.Combine(SourceTree.Root, "src", project), project).FindReferences();

    private static bool MayKnow(string from, string to)
    {
        // Hosting and Program.cs put everything together; everything may use what lies in the root, such as the metrics.
        if (from is "" or "Hosting" || to == "")
            return true;
        var (floor, other) = (Array.IndexOf(ServerFloors, from), Array.IndexOf(ServerFloors, to));
        if (floor >= 0)
            return other >= 0 && other < floor;
        return other >= 0 || ServerSlices.Any(slice => slice.Slice == from && slice.MayKnow.Contains(to));
    }
}
