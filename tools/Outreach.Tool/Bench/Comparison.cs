using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Outreach.Tool.Bench.Load;
using Outreach.Tool.Bench.Processes;
using Spectre.Console;

namespace Outreach.Tool.Bench;

/// <summary>Compares the product with the naive server on one store. Both run all the time and are measured in turn.</summary>
internal sealed partial class Comparison(ComparisonOptions options, string? productDll, string naiveDll, string workFolder, Terminal terminal)
{
    private const string RawInsertPattern = @"Inserted (\d+) rows in ([\d.]+) s, after (\d+) to warm up";
    private readonly BenchDataSet _dataSet = BenchDataSet.WithSites(options.Sites);
    private readonly List<Measurement> _measurements = [];

    /// <summary>Runs the comparison on one store.</summary>
    /// <exception cref="LoadFailedException">A call failed, or a server's totals differ from what it acknowledged.</exception>
    public async Task<IReadOnlyList<Measurement>> RunAsync(StoreKind kind, CancellationToken cancellation)
    {
        _measurements.Clear();
        await using var storage = await Storage.OpenAsync(kind, workFolder, cancellation);
        await using var naive = await Contender.StartNaiveAsync(storage, naiveDll, cancellation);
        await using var product = productDll is null ? null : await Contender.StartProductAsync(storage, productDll, cancellation);
        var contenders = new[] { product, naive }.OfType<Contender>().ToDictionary(contender => contender, _ => new PhoneFleet(_dataSet));
        foreach (var (contender, fleet) in contenders)
            await WarmUpAsync(contender, fleet, cancellation);
        for (var round = 1; round <= options.Rounds; round++)
            await RunRoundAsync(round, storage, contenders, cancellation);
        foreach (var contender in contenders.Keys)
            terminal.Err.MarkupLineInterpolated($"[grey]{contender.Name} on {kind}: started in {contender.Process.StartDuration.TotalSeconds:F1} s, stopped in {(await contender.Process.StopAsync(cancellation)).TotalSeconds:F1} s[/]");
        return [.. _measurements];
    }

    private async Task WarmUpAsync(Contender contender, PhoneFleet fleet, CancellationToken cancellation)
    {
        terminal.Err.MarkupLineInterpolated($"[grey]{contender.Name} on {contender.Storage.Kind}: warming up for {options.WarmUp.TotalSeconds:F0} s[/]");
        await contender.SetUpAsync(_dataSet, cancellation);
        foreach (var shape in GetLoadShapes(contender))
        {
            // The code of unary calls takes longest to warm up, so unary calls get half of the time.
            var share = shape == LoadShape.Unary ? 0.5 : 0.5 / (GetLoadShapes(contender).Count - 1);
            await WarmUpAsync(contender, fleet, shape, options.WarmUp * share, cancellation);
        }
    }

    private static async Task WarmUpAsync(Contender contender, PhoneFleet fleet, LoadShape shape, TimeSpan processorTime, CancellationToken cancellation)
    {
        var (before, stopwatch) = (contender.Process.ProcessorTime, Stopwatch.StartNew());
        do
            await contender.LoadAsync(to => fleet.SendAsync(to, shape, LoadLimit.For(processorTime / 4), cancellation), cancellation);
        while (contender.Process.ProcessorTime - before < processorTime && stopwatch.Elapsed < 4 * processorTime);
    }

    private async Task RunRoundAsync(int round, Storage storage, Dictionary<Contender, PhoneFleet> contenders, CancellationToken cancellation)
    {
        foreach (var shape in LoadShape.ForBothServers.Concat(LoadShape.ProductOnly))
        {
            foreach (var (contender, fleet) in contenders.Where(pair => GetLoadShapes(pair.Key).Contains(shape)))
                Add(await MeasureAsync(round, contender, shape.Name, to => fleet.SendAsync(to, shape, LoadLimit.For(options.LoadDuration), cancellation), cancellation));
        }

        var naive = contenders.Keys.Single(contender => contender.Name == Contender.Naive);
        Add(await MeasureAsync(round, naive, "empty call, bare HTTP/2, 8 x 50", to => SendEmptyCallsAsync(to, cancellation), cancellation, checkCounts: false));
        if (Shell.Find("h2load") is not null)
            Add(await MeasureH2LoadAsync(round, naive, cancellation));
        Add(await MeasureRawInsertAsync(round, storage, cancellation));
    }

    private static IReadOnlyList<LoadShape> GetLoadShapes(Contender contender) =>
        contender.Name == Contender.Naive ? LoadShape.ForBothServers : [.. LoadShape.ForBothServers, .. LoadShape.ProductOnly];

    private void Add(Measurement measurement)
    {
        _measurements.Add(measurement);
        terminal.Err.MarkupLineInterpolated($"[grey]round {measurement.Round}, {measurement.Store}, {measurement.Server}, {measurement.Shape}: {measurement.Rate:N0}/s, {measurement.ServerMicroseconds:F1} us[/]");
    }

    private Task<LoadResult> SendEmptyCallsAsync(Contender to, CancellationToken cancellation)
    {
        var limit = LoadLimit.For(options.LoadDuration);
        return LoadRunner.RunAsync(to.Target, EmptyCallLoad.Path, [.. Enumerable.Range(0, 8).Select(_ => new EmptyCallLoad(limit, 50))], cancellation);
    }

    private static async Task<Measurement> MeasureAsync(
        int round, Contender contender, string shape, Func<Contender, Task<LoadResult>> load, CancellationToken cancellation, bool checkCounts = true)
    {
        await contender.WaitUntilIdleAsync(cancellation);
        var disk = await contender.Storage.GetSizeAsync(contender.Name, cancellation);
        using var client = Process.GetCurrentProcess();
        var clientTime = client.TotalProcessorTime;
        var before = contender.ProcessorTime;
        var result = checkCounts ? await contender.LoadAsync(load, cancellation) : await load(contender);
        client.Refresh();
        clientTime = client.TotalProcessorTime - clientTime;
        var settle = await contender.WaitUntilIdleAsync(cancellation);
        var after = contender.ProcessorTime;
        disk = await contender.Storage.GetSizeAsync(contender.Name, cancellation) - disk;
        return new Measurement(
            contender.Storage.Kind.ToString(),
            contender.Name,
            shape,
            round,
            result.Encounters,
            result.Elapsed.TotalSeconds,
            settle.TotalSeconds,
            result.Latencies.Percentile(0.5).TotalMilliseconds,
            result.Latencies.Percentile(0.99).TotalMilliseconds,
            (after.Server - before.Server).TotalMicroseconds / result.Encounters,
            (after.Database - before.Database).TotalMicroseconds / result.Encounters,
            clientTime.TotalMicroseconds / result.Encounters,
            (double)disk / result.Encounters,
            contender.Process.Memory / 1e6);
    }

    private async Task<Measurement> MeasureH2LoadAsync(int round, Contender naive, CancellationToken cancellation)
    {
        var body = Path.Combine(workFolder, "empty-call");
        await File.WriteAllBytesAsync(body, new byte[5], cancellation);
        return await MeasureAsync(round, naive, "empty call, h2load, 8 x 50", RunAsync, cancellation, checkCounts: false);

        async Task<LoadResult> RunAsync(Contender to)
        {
            var output = await Shell.RunAsync(
                "h2load",
                ["-D", $"{options.LoadDuration.TotalSeconds:F0}", "-c", "8", "-m", "50", "-d", body, "-H", "content-type: application/grpc", "-H", "te: trailers", $"http://127.0.0.1:{to.Port}{EmptyCallLoad.Path}"],
                cancellation);
            var calls = long.Parse(H2LoadCalls().Match(output).Groups[1].Value, CultureInfo.InvariantCulture);
            return new LoadResult(calls, 0, options.LoadDuration, new Latencies());
        }
    }

    private async Task<Measurement> MeasureRawInsertAsync(int round, Storage storage, CancellationToken cancellation)
    {
        var arguments = await storage.CreateForNaiveAsync($"raw{round}", cancellation);
        var database = storage.ProcessorTime;
        var output = await Shell.RunAsync(
            "dotnet", [naiveDll, .. arguments, $"--RawInsertSeconds={options.LoadDuration.TotalSeconds:F0}"], cancellation);
        database = storage.ProcessorTime - database;
        var match = Regex.Match(output, RawInsertPattern);
        var rows = long.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
        var seconds = double.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture);
        // Disk size and database processor time also include the warm-up rows.
        var allRows = rows + long.Parse(match.Groups[3].Value, CultureInfo.InvariantCulture);
        var disk = (double)await storage.GetSizeAsync($"raw{round}", cancellation) / allRows;
        return new Measurement(
            storage.Kind.ToString(), "raw INSERT", "one row each, 1,000 a transaction", round, rows, seconds, 0, 0, 0, 0, database.TotalMicroseconds / allRows, 0, disk, 0);
    }

    [GeneratedRegex(@"(\d+) succeeded")]
    private static partial Regex H2LoadCalls();
}
