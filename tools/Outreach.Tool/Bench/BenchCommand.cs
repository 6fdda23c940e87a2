using System.CommandLine;
using System.Text.Json;
using Outreach.Tool.Bench.Load;
using Outreach.Tool.Bench.Processes;
using Spectre.Console;

namespace Outreach.Tool.Bench;

/// <summary>The "bench" command: measures the server and the naive server on this machine, on stores that the bench creates.</summary>
internal static class BenchCommand
{
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true };

    private static readonly Option<FileInfo?> ServerDll = new("--server-dll")
    {
        Description = "The server to measure. By default, the server is built from this source tree.",
    };

    private static readonly Option<FileInfo?> JsonFile = new("--json") { Description = "Write all measurements to this file, as JSON." };

    private static readonly Option<StoreKind[]> Stores = new("--store")
    {
        Description = "The stores to measure on; both by default.",
        DefaultValueFactory = _ => [StoreKind.Sqlite, StoreKind.Postgres],
    };

    private static readonly Option<int> Sites = new("--sites")
    {
        Description = "The number of sites that receive the load.",
        DefaultValueFactory = _ => 20,
    };

    private static readonly Option<long> LargestSite = new("--largest")
    {
        Description = "Encounters at the largest site. Other sites have 1,000, 10,000 and so on, up to that number.",
        DefaultValueFactory = _ => 1_000_000,
    };

    private static readonly Option<int> ManySites = new("--many")
    {
        Description = "The number of sites when measuring many sites.",
        DefaultValueFactory = _ => 10_000,
    };

    private static readonly Option<int> Restarts = new("--restarts")
    {
        Description = "How often the server is stopped, and how often it is killed, to measure the first call afterwards.",
        DefaultValueFactory = _ => 5,
    };

    private static readonly Option<bool> NaiveOnly = new("--peer-only") { Description = "Measure only the naive server." };

    public static Command Create(Terminal terminal)
    {
        var bench = new Command("bench", "Compare the server with a naive server, on stores that the bench creates. After a failure, the servers' logs are kept.")
        {
            CreateComparisonCommand("quick", "Compare for a few minutes: three rounds of two seconds.", 3, TimeSpan.FromSeconds(2), terminal),
            CreateComparisonCommand("full", "Compare for about twenty minutes: seven rounds of five seconds.", 7, TimeSpan.FromSeconds(5), terminal),
            CreateGrowthCommand(terminal),
            CreateWatchCommand(terminal),
        };
        return bench;
    }

    private static Command CreateComparisonCommand(string name, string description, int rounds, TimeSpan loadDuration, Terminal terminal)
    {
        var command = new Command(name, description) { ServerDll, JsonFile, Stores, Sites, NaiveOnly };
        command.SetAction((parsed, cancellation) => RunAsync(parsed, terminal, async folder =>
        {
            var options = new ComparisonOptions(parsed.GetValue(Sites), rounds, loadDuration, TimeSpan.FromSeconds(16));
            var product = parsed.GetValue(NaiveOnly) ? null : await Executables.FindServerAsync(parsed.GetValue(ServerDll), cancellation);
            var comparison = new Comparison(options, product, await Executables.BuildNaiveAsync(cancellation), folder, terminal);
            List<Measurement> measurements = [];
            foreach (var store in parsed.GetValue(Stores)!)
                measurements.AddRange(await comparison.RunAsync(store, cancellation));
            ComparisonTables.Print(measurements, terminal.Out);
            return measurements;
        }, cancellation));
        return command;
    }

    private static Command CreateGrowthCommand(Terminal terminal)
    {
        var command = new Command("growth", "Measure how first calls, queries and memory depend on a site's history and on the number of sites.")
        {
            ServerDll, JsonFile, Stores, LargestSite, ManySites, Restarts,
        };
        command.SetAction((parsed, cancellation) => RunAsync(parsed, terminal, async folder =>
        {
            var server = await Executables.FindServerAsync(parsed.GetValue(ServerDll), cancellation);
            var run = new GrowthRun(parsed.GetValue(LargestSite), parsed.GetValue(ManySites), parsed.GetValue(Restarts), server, folder, terminal);
            List<GrowthMeasurement> measurements = [];
            foreach (var store in parsed.GetValue(Stores)!)
                measurements.AddRange(await run.RunAsync(store, cancellation));
            GrowthRun.Print(measurements, terminal.Out);
            return measurements;
        }, cancellation));
        return command;
    }

    private static Command CreateWatchCommand(Terminal terminal)
    {
        var command = new Command("watch", "Measure how soon a thousand watchers receive committed changes.") { ServerDll, JsonFile, Stores, Sites };
        command.SetAction((parsed, cancellation) => RunAsync(parsed, terminal, async folder =>
        {
            var run = new WatchRun(parsed.GetValue(Sites), await Executables.FindServerAsync(parsed.GetValue(ServerDll), cancellation), folder);
            List<WatchMeasurement> measurements = [];
            foreach (var store in parsed.GetValue(Stores)!)
                measurements.AddRange(await run.RunAsync(store, cancellation));
            WatchRun.Print(measurements, terminal.Out);
            return measurements;
        }, cancellation));
        return command;
    }

    private static async Task<int> RunAsync<T>(
        ParseResult parsed, Terminal terminal, Func<string, Task<List<T>>> measure, CancellationToken cancellation)
    {
        var folder = Directory.CreateTempSubdirectory("outreach-bench-");
        // When the bench runs as root, PostgreSQL runs as another user, who must be able to enter this folder.
        if (!OperatingSystem.IsWindows())
            folder.UnixFileMode |= UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        var keepLogs = false;
        try
        {
            var measurements = await measure(folder.FullName);
            if (parsed.GetValue(JsonFile) is { } file)
                await File.WriteAllTextAsync(file.FullName, JsonSerializer.Serialize(measurements, Json), cancellation);
            return ExitCode.Success;
        }
        catch (Exception failure) when (failure is LoadFailedException or InvalidOperationException or Grpc.Core.RpcException)
        {
            terminal.Err.MarkupLineInterpolated($"[red]The bench failed:[/] {failure.Message}");
            terminal.Err.MarkupLineInterpolated($"The servers' logs are in {folder.FullName}.");
            keepLogs = true;
            return ExitCode.Findings;
        }
        finally
        {
            if (!keepLogs)
                folder.Delete(recursive: true);
        }
    }
}
