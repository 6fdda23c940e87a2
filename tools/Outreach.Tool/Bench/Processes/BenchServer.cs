using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Outreach.Tool.Bench.Processes;

/// <summary>A server process that the bench started: the product or the naive server.</summary>
internal sealed partial class BenchServer : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly StreamWriter _log;

    private BenchServer(Process process, StreamWriter log)
    {
        _process = process;
        _log = log;
    }

    /// <summary>The gRPC port on 127.0.0.1.</summary>
    public int Port { get; private set; }

    /// <summary>The sign-in code that the server printed; null if it printed none.</summary>
    public string? SignInCode { get; private set; }

    /// <summary>The time from the start of the process until the server listened.</summary>
    public TimeSpan StartDuration { get; private set; }

    /// <summary>The processor time used so far.</summary>
    public TimeSpan ProcessorTime => ProcessStats.GetProcessorTime(_process.Id);

    /// <summary>The resident memory in bytes.</summary>
    public long Memory => ProcessStats.GetMemory(_process.Id);

    /// <summary>The highest resident memory so far, in bytes.</summary>
    public long PeakMemory => ProcessStats.GetMemory(_process.Id, peak: true);

    /// <summary>Starts a server and waits until it listening.</summary>
    /// <param name="dll">The program to run.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="logFile">The file to which the server's output is appended.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    /// <exception cref="InvalidOperationException">The server ended or did not listen within a minute. The message names the log file.</exception>
    public static async Task<BenchServer> StartAsync(
        string dll, IEnumerable<string> arguments, string logFile, CancellationToken cancellation)
    {
        var watch = Stopwatch.StartNew();
        var process = Process.Start(new ProcessStartInfo("dotnet", [dll, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetDirectoryName(dll),
        }) ?? throw new InvalidOperationException("dotnet did not start.");
        var server = new BenchServer(process, new StreamWriter(logFile, append: true) { AutoFlush = true });
        try
        {
            server.Port = await server.WaitUntilListeningAsync(logFile, cancellation);
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }

        server.StartDuration = watch.Elapsed;
        return server;
    }

    /// <summary>Stops the server with SIGTERM and waits until it has exited.</summary>
    /// <returns>The time until the server exited.</returns>
    public async Task<TimeSpan> StopAsync(CancellationToken cancellation)
    {
        var watch = Stopwatch.StartNew();
        await Shell.RunAsync("kill", ["-TERM", $"{_process.Id}"], cancellation);
        await _process.WaitForExitAsync(cancellation);
        return watch.Elapsed;
    }

    /// <summary>Kills the server with SIGKILL and waits until it has exited.</summary>
    public async Task KillAsync(CancellationToken cancellation)
    {
        _process.Kill();
        await _process.WaitForExitAsync(cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        await _log.DisposeAsync();
    }

    private async Task<int> WaitUntilListeningAsync(string logFile, CancellationToken cancellation)
    {
        var listening = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        _process.OutputDataReceived += (_, line) => OnOutputLine(line.Data, listening);
        _process.ErrorDataReceived += (_, line) => OnOutputLine(line.Data, listening);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        var ended = _process.WaitForExitAsync(cancellation);
        await Task.WhenAny(listening.Task, ended, Task.Delay(StartTimeout, cancellation));
        return listening.Task.IsCompleted
            ? await listening.Task
            : throw new InvalidOperationException($"The server did not listen within {StartTimeout.TotalSeconds} s; see {logFile}.");
    }

    private void OnOutputLine(string? line, TaskCompletionSource<int> listening)
    {
        if (line is null)
            return;
        lock (_log)
            _log.WriteLine(line);
        // The server prints the code before it prints that it listens.
        if (SignInCodeLine().Match(line) is { Success: true } code)
            SignInCode = code.Groups[1].Value;
        if (ListeningLine().Match(line) is { Success: true } match)
            listening.TrySetResult(int.Parse(match.Groups[1].Value));
    }

    [GeneratedRegex(@"Listening for gRPC on http://[^:]+:(\d+)")]
    private static partial Regex ListeningLine();

    [GeneratedRegex(@"^Nobody can sign in yet\. .* with the code (\S+)$")]
    private static partial Regex SignInCodeLine();
}
