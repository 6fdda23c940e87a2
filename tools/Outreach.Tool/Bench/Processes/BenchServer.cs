using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Outreach.Tool.Bench.Processes;

/// <summary>A server that the bench started: the product or the naive peer.</summary>
internal sealed partial class BenchServer : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly StreamWriter _log;

    private BenchServer(Process process, StreamWriter log)
    {
        _process = process;
        _log = log;
    }

    /// <summary>The port it listens on for gRPC, on 127.0.0.1.</summary>
    public int Port { get; private set; }

    /// <summary>The code that it printed to sign in with; null where it printed none.</summary>
    public string? SignInCode { get; private set; }

    /// <summary>From the start of the process until it said that it listens.</summary>
    public TimeSpan StartDuration { get; private set; }

    /// <summary>Processor time so far.</summary>
    public TimeSpan ProcessorTime => Processes.ProcessStats.ProcessorTimeOf(_process.Id);

    /// <summary>Bytes in RAM now.</summary>
    public long Memory => Processes.ProcessStats.MemoryOf(_process.Id);

    /// <summary>Bytes in RAM at most so far.</summary>
    public long PeakMemory => Processes.ProcessStats.MemoryOf(_process.Id, peak: true);

    /// <summary>Starts a server and waits until it listens.</summary>
    /// <param name="dll">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="logFile">Where what it prints is kept.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="InvalidOperationException">It ended, or did not listen within a minute; the message says where the log is.</exception>
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
            server.Port = await server.WaitUntilItListensAsync(logFile, cancellation);
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }

        server.StartDuration = watch.Elapsed;
        return server;
    }

    /// <summary>Asks it to stop (SIGTERM) and waits until it has.</summary>
    /// <returns>How long it took.</returns>
    public async Task<TimeSpan> StopAsync(CancellationToken cancellation)
    {
        var watch = Stopwatch.StartNew();
        await Shell.RunAsync("kill", ["-TERM", $"{_process.Id}"], cancellation);
        await _process.WaitForExitAsync(cancellation);
        return watch.Elapsed;
    }

    /// <summary>Ends it without a word (SIGKILL).</summary>
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

    private async Task<int> WaitUntilItListensAsync(string logFile, CancellationToken cancellation)
    {
        var listens = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        _process.OutputDataReceived += (_, line) => OnOutputLine(line.Data, listens);
        _process.ErrorDataReceived += (_, line) => OnOutputLine(line.Data, listens);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        var ended = _process.WaitForExitAsync(cancellation);
        await Task.WhenAny(listens.Task, ended, Task.Delay(StartLimit, cancellation));
        return listens.Task.IsCompleted
            ? await listens.Task
            : throw new InvalidOperationException($"The server did not listen within {StartLimit.TotalSeconds} s; see {logFile}.");
    }

    private void OnOutputLine(string? line, TaskCompletionSource<int> listens)
    {
        if (line is null)
            return;
        lock (_log)
            _log.WriteLine(line);
        // It is printed before the line that says that the server listens.
        if (SignInCodeLine().Match(line) is { Success: true } code)
            SignInCode = code.Groups[1].Value;
        if (ListeningLine().Match(line) is { Success: true } match)
            listens.TrySetResult(int.Parse(match.Groups[1].Value));
    }

    [GeneratedRegex(@"Listening for gRPC on http://[^:]+:(\d+)")]
    private static partial Regex ListeningLine();

    [GeneratedRegex(@"^Nobody can sign in yet\. .* with the code (\S+)$")]
    private static partial Regex SignInCodeLine();
}
