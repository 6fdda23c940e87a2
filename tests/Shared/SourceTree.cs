namespace Outreach.Tests.Shared;

/// <summary>The source tree that the tests were built from.</summary>
internal static class SourceTree
{
    /// <summary>The folder that contains Outreach.sln.</summary>
    public static string Root { get; } = FindRoot();

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Outreach.sln")))
                return folder.FullName;
        throw new InvalidOperationException($"No parent folder of {AppContext.BaseDirectory} contains Outreach.sln.");
    }
}
