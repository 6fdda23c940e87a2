namespace Outreach.Server.Tests.Tool;

/// <summary>The public data sets beside the repository; they are not part of it.</summary>
internal static class SharedData
{
    /// <summary>The path of a file; where the data is absent the test is skipped.</summary>
    public static string Find(string name)
    {
        var folder = Environment.GetEnvironmentVariable("OUTREACH_SHARED_DATA") ?? BesideTheRepository();
        Assert.SkipWhen(
            folder is null || !File.Exists(Path.Combine(folder, name)),
            $"The data set {name} is not there: it is looked for in shared/data beside the repository and in OUTREACH_SHARED_DATA.");
        return Path.Combine(folder, name);
    }

    private static string? BesideTheRepository()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (Directory.Exists(Path.Combine(at.FullName, "shared", "data")))
                return Path.Combine(at.FullName, "shared", "data");
        }
        return null;
    }
}
