namespace Outreach.Tool.Bench.Processes;

/// <summary>Finds or builds the programs that the bench starts.</summary>
internal static class Executables
{
    /// <summary>Returns the given server, or builds the server from this source tree.</summary>
    public static async Task<string> FindServerAsync(FileInfo? given, CancellationToken cancellation)
    {
        if (given is { Exists: false })
            throw new InvalidOperationException($"The file {given.FullName} does not exist.");
        return given?.FullName ?? await BuildAsync("src/Outreach.Server", "Outreach.Server.dll", cancellation);
    }

    /// <summary>Builds the naive server from this source tree.</summary>
    public static Task<string> BuildNaiveAsync(CancellationToken cancellation) => BuildAsync("tools/Outreach.Naive", "Outreach.Naive.dll", cancellation);

    private static async Task<string> BuildAsync(string project, string dll, CancellationToken cancellation)
    {
        var folder = Path.Combine(FindSourceTree(), project);
        await Shell.RunAsync("dotnet", ["build", "-c", "Release", "-v", "quiet", "--nologo", "-p:NuGetAudit=false", folder], cancellation);
        return Path.Combine(folder, "bin", "Release", "net10.0", dll);
    }

    private static string FindSourceTree()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Outreach.sln")))
                return folder.FullName;
        }

        throw new InvalidOperationException("The bench builds the servers from the source tree. Run it from within the source tree.");
    }
}
