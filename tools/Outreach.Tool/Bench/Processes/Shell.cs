using System.Diagnostics;

namespace Outreach.Tool.Bench.Processes;

/// <summary>Runs commands of this machine to their end.</summary>
internal static class Shell
{
    /// <summary>Runs a command and gives what it printed.</summary>
    /// <exception cref="InvalidOperationException">It ended with an error; the message is what it printed.</exception>
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
            : throw new InvalidOperationException($"{command} ended with {process.ExitCode}: {await output}{await error}");
    }

    /// <summary>Where a command is on the PATH; null where it is not.</summary>
    public static string? Find(string command) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, command))
        .FirstOrDefault(File.Exists);
}
