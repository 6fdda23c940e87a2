using System.CommandLine;
using System.Text.Json;
using Outreach.Tool.Bench.Load;
using Outreach.Tool.Bench.Processes;
using Spectre.Console;

namespace Outreach.Tool.Bench;

/// <summary>The command that measures the server beside a naive peer, on this machine, with stores of its own.</summary>
internal static class BenchCommand
{
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true };

    private static readonly Option<FileInfo?> ServerDll = new("--server-dll")
    {
        Description = "The server to measure; without it, this source tree's is built.",
    };

    private static readonly Option<FileInfo?> JsonFile = new("--json") { Description = "Also write every measurement to this file." };

    private static readonly Option<StoreKind[]> Stores = new("--store")
    {
        Description = "The stores to measure on; both without it.",
        DefaultValueFactory = _ => [StoreKind.Sqlite, StoreKind.Postgres],
    };

    private static readonly Option<int> Sites = new("--sites")
    {
        Description = "Sites that the load is spread over.",
        DefaultValueFactory = _ => 20,
    };

    private static readonly Option<long> LargestSite = new("--largest")
    {
        Description = "Encounters at the largest site; others hold 1,000, 10,000 and so on below that.",
        DefaultValueFactory = _ => 1_000_000,
    };

    private static readonly Option<int> ManySites = new("--many")
    {
        Description = "Sites of the program with many sites.",
        DefaultValueFactory = _ => 10_000,
    };

    private static readonly Option<int> Restarts = new("--restarts")
    {
        Description = "How often the server is stopped, and as often killed, to measure the first call.",
        DefaultValueFactory = _ => 5,
    };

    private static readonly Option<bool> NaiveOnly = new("--peer-only") { Description = "Measure only the naive peer." };

    /// <summary>Makes the command.</summary>
    public static Command Make(Terminal terminal)
    {
        var bench = new Command("bench", "Measures the server beside a naive peer, with stores and load of its own. After a failure only the servers' logs are left behind.")
        {
            Compare("quick", "A few minutes: three rounds of two seconds.", 3, TimeSpan.FromSeconds(2), terminal),
            Compare("full", "About twenty minutes: seven rounds of five seconds.", 7, TimeSpan.FromSeconds(5), terminal),
            Growth(terminal),
            Watch(terminal),
        };
        return bench;
    }

    private static Command Compare(string name, string description, int rounds, TimeSpan length, Terminal terminal)
    {
        var command = new Command(name, description) { ServerDll, JsonFile, Stores, Sites, NaiveOnly };
        command.SetAction((parsed, cancellation) => RunAsync(parsed, terminal, async folder =>
        {
            var effort = new ComparisonOptions(parsed.GetValue(Sites), rounds, length, TimeSpan.FromSeconds(16));
            var product = parsed.GetValue(NaiveOnly) ? null : await Executables.FindServerAsync(parsed.GetValue(ServerDll), cancellation);
            var comparison = new Comparison(effort, product, await Executables.BuildNaiveAsync(cancellation), folder, terminal);
            List<Measurement> measured = [];
            foreach (var store in parsed.GetValue(Stores)!)
                measured.AddRange(await comparison.RunAsync(store, cancellation));
            ComparisonTables.Draw(measured, terminal.Out);
            return measured;
        }, cancellation));
        return command;
    }

    private static Command Growth(Terminal terminal)
    {
        var command = new Command("growth", "What grows with a site's history and with the number of sites: first call, queries, memory.")
        {
            ServerDll, JsonFile, Stores, LargestSite, ManySites, Restarts,
        };
        command.SetAction((parsed, cancellation) => RunAsync(parsed, terminal, async folder =>
        {
            var server = await Executables.FindServerAsync(parsed.GetValue(ServerDll), cancellation);
            var run = new GrowthRun(parsed.GetValue(LargestSite), parsed.GetValue(ManySites), parsed.GetValue(Restarts), server, folder, terminal);
            List<GrowthMeasurement> measured = [];
            foreach (var store in parsed.GetValue(Stores)!)
                measured.AddRange(await run.RunAsync(store, cancellation));
            GrowthRun.Draw(measured, terminal.Out);
            return measured;
        }, cancellation));
        return command;
    }

    private static Command Watch(Terminal terminal)
    {
        var command = new Command("watch", "How soon a thousand watchers are told of what was committed.") { ServerDll, JsonFile, Stores, Sites };
        command.SetAction((parsed, cancellation) => RunAsync(parsed, terminal, async folder =>
        {
            var run = new WatchRun(parsed.GetValue(Sites), await Executables.FindServerAsync(parsed.GetValue(ServerDll), cancellation), folder);
            List<WatchMeasurement> measured = [];
            foreach (var store in parsed.GetValue(Stores)!)
                measured.AddRange(await run.RunAsync(store, cancellation));
            WatchRun.Draw(measured, terminal.Out);
            return measured;
        }, cancellation));
        return command;
    }

    private static async Task<int> RunAsync<T>(
        ParseResult parsed, Terminal terminal, Func<string, Task<List<T>>> measure, CancellationToken cancellation)
    {
        var folder = Directory.CreateTempSubdirectory("outreach-bench-");
        // PostgreSQL runs as another user where this one is root, and must be able to reach its own folder in this one.
        if (!OperatingSystem.IsWindows())
            folder.UnixFileMode |= UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        var leaveLogs = false;
        try
        {
            var measured = await measure(folder.FullName);
            if (parsed.GetValue(JsonFile) is { } file)
                await File.WriteAllTextAsync(file.FullName, JsonSerializer.Serialize(measured, Json), cancellation);
            return ExitCode.Success;
        }
        catch (Exception failure) when (failure is LoadFailedException or InvalidOperationException or Grpc.Core.RpcException)
        {
            terminal.Err.MarkupLineInterpolated($"[red]The bench failed:[/] {failure.Message}");
            terminal.Err.MarkupLineInterpolated($"What the servers said is in {folder.FullName}.");
            leaveLogs = true;
            return ExitCode.Findings;
        }
        finally
        {
            if (!leaveLogs)
                folder.Delete(recursive: true);
        }
    }
}
