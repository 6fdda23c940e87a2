using System.Diagnostics;

namespace Outreach.Tool.Bench.Processes;

/// <summary>Runs commands and waits for them to exit.</summary>
internal static class Shell
{
    /// <summary>Runs a command and returns its standard output.</summary>
    /// <exception cref="InvalidOperationException">The command failed. The message contains its output.</exception>
    public static async Task<string> RunAsync(string command, IEnumerable<string> arguments, CancellationToken cancellation)
    {
        using var process = Process.Start(new ProcessStartInfo(command, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        }) ?? throw new InvalidOperationException($"{command} did not start.");
        var output = process.StandardOutput.ReadToEndAsync(cancellation);
        var error = process.StandardError.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        return process.ExitCode == 0
            ? await output
            : throw new InvalidOperationException($"{command} exited with code {process.ExitCode}: {await output}{await error}");
    }

    /// <summary>Returns the path of a command found on PATH, or null.</summary>
    public static string? Find(string command) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, command))
        .FirstOrDefault(File.Exists);
}
