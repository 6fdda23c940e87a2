using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Outreach.Tool.Bench.Load;
using Outreach.Tool.Bench.Processes;
using Spectre.Console;

namespace Outreach.Tool.Bench;

/// <summary>How long and how often a comparison measures.</summary>
/// <param name="Sites">Sites that the load is spread over.</param>
/// <param name="Rounds">Rounds; in each, product and peer take turns at every shape.</param>
/// <param name="LoadDuration">How long a load lasts.</param>
/// <param name="WarmUp">
/// How long each server is warmed up before the first round, in processor time that it really gets: on a busy machine it
/// takes longer, at most four times as long.
/// </param>
internal sealed record ComparisonOptions(int Sites, int Rounds, TimeSpan LoadDuration, TimeSpan WarmUp);

/// <summary>The product beside the naive peer on one store, both running all the time, measured in turn.</summary>
internal sealed partial class Comparison(ComparisonOptions effort, string? productDll, string peerDll, string workFolder, Terminal terminal)
{
    private const string RawInsertPattern = @"Inserted (\d+) rows in ([\d.]+) s, after (\d+) to warm up";
    private readonly BenchDataSet _scene = BenchDataSet.WithSites(effort.Sites);
    private readonly List<Measurement> _measured = [];

    /// <summary>Runs it.</summary>
    /// <exception cref="LoadFailedException">A server lost, doubled or refused something.</exception>
    public async Task<IReadOnlyList<Measurement>> RunAsync(StoreKind kind, CancellationToken cancellation)
    {
        _measured.Clear();
        await using var storage = await Storage.OpenAsync(kind, workFolder, cancellation);
        await using var peer = await Contender.StartNaiveAsync(storage, peerDll, cancellation);
        await using var product = productDll is null ? null : await Contender.StartProductAsync(storage, productDll, cancellation);
        var contenders = new[] { product, peer }.OfType<Contender>().ToDictionary(contender => contender, _ => new PhoneFleet(_scene));
        foreach (var (contender, fleet) in contenders)
            await WarmUpAsync(contender, fleet, cancellation);
        for (var round = 1; round <= effort.Rounds; round++)
            await RunRoundAsync(round, storage, contenders, cancellation);
        foreach (var contender in contenders.Keys)
            terminal.Err.MarkupLineInterpolated($"[grey]{contender.Name} on {kind}: started in {contender.Process.StartDuration.TotalSeconds:F1} s, stopped in {(await contender.Process.StopAsync(cancellation)).TotalSeconds:F1} s[/]");
        return [.. _measured];
    }

    private async Task WarmUpAsync(Contender contender, PhoneFleet fleet, CancellationToken cancellation)
    {
        terminal.Err.MarkupLineInterpolated($"[grey]{contender.Name} on {contender.Storage.Kind}: warming up for {effort.WarmUp.TotalSeconds:F0} s[/]");
        await contender.SetUpAsync(_scene, cancellation);
        foreach (var shape in LoadShapesOf(contender))
        {
            // Unary calls take longest to become fast: they get half of the time.
            var share = shape == LoadShape.Unary ? 0.5 : 0.5 / (LoadShapesOf(contender).Count - 1);
            await WarmUpAsync(contender, fleet, shape, effort.WarmUp * share, cancellation);
        }
    }

    private static async Task WarmUpAsync(Contender contender, PhoneFleet fleet, LoadShape shape, TimeSpan wanted, CancellationToken cancellation)
    {
        var (before, watch) = (contender.Process.ProcessorTime, Stopwatch.StartNew());
        do
            await contender.LoadAsync(to => fleet.SendAsync(to, shape, LoadLimit.For(wanted / 4), cancellation), cancellation);
        while (contender.Process.ProcessorTime - before < wanted && watch.Elapsed < 4 * wanted);
    }

    private async Task RunRoundAsync(int round, Storage storage, Dictionary<Contender, PhoneFleet> contenders, CancellationToken cancellation)
    {
        foreach (var shape in LoadShape.ForBothServers.Concat(LoadShape.ProductOnly))
        {
            foreach (var (contender, fleet) in contenders.Where(pair => LoadShapesOf(pair.Key).Contains(shape)))
                Add(await MeasureAsync(round, contender, shape.Name, to => fleet.SendAsync(to, shape, LoadLimit.For(effort.LoadDuration), cancellation), cancellation));
        }

        var peer = contenders.Keys.Single(contender => contender.Name == Contender.Naive);
        Add(await MeasureAsync(round, peer, "empty call, bare HTTP/2, 8 x 50", to => EmptyCallsAsync(to, cancellation), cancellation, counts: false));
        if (Shell.Find("h2load") is not null)
            Add(await H2LoadAsync(round, peer, cancellation));
        Add(await RawInsertAsync(round, storage, cancellation));
    }

    private static IReadOnlyList<LoadShape> LoadShapesOf(Contender contender) =>
        contender.Name == Contender.Naive ? LoadShape.ForBothServers : [.. LoadShape.ForBothServers, .. LoadShape.ProductOnly];

    private void Add(Measurement measurement)
    {
        _measured.Add(measurement);
        terminal.Err.MarkupLineInterpolated($"[grey]round {measurement.Round}, {measurement.Store}, {measurement.Server}, {measurement.Shape}: {measurement.Rate:N0}/s, {measurement.ServerMicroseconds:F1} us[/]");
    }

    private Task<LoadResult> EmptyCallsAsync(Contender to, CancellationToken cancellation)
    {
        var limit = LoadLimit.For(effort.LoadDuration);
        return LoadRunner.RunAsync(to.Target, EmptyCallLoad.Path, [.. Enumerable.Range(0, 8).Select(_ => new EmptyCallLoad(limit, 50))], cancellation);
    }

    private static async Task<Measurement> MeasureAsync(
        int round, Contender contender, string shape, Func<Contender, Task<LoadResult>> load, CancellationToken cancellation, bool counts = true)
    {
        await contender.WaitUntilIdleAsync(cancellation);
        var disk = await contender.Storage.SizeAsync(contender.Name, cancellation);
        using var own = Process.GetCurrentProcess();
        var client = own.TotalProcessorTime;
        var before = contender.ProcessorTime;
        var result = counts ? await contender.LoadAsync(load, cancellation) : await load(contender);
        own.Refresh();
        client = own.TotalProcessorTime - client;
        var settle = await contender.WaitUntilIdleAsync(cancellation);
        var after = contender.ProcessorTime;
        disk = await contender.Storage.SizeAsync(contender.Name, cancellation) - disk;
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
            client.TotalMicroseconds / result.Encounters,
            (double)disk / result.Encounters,
            contender.Process.Memory / 1e6);
    }

    private async Task<Measurement> H2LoadAsync(int round, Contender peer, CancellationToken cancellation)
    {
        var body = Path.Combine(workFolder, "empty-call");
        await File.WriteAllBytesAsync(body, new byte[5], cancellation);
        return await MeasureAsync(round, peer, "empty call, h2load, 8 x 50", RunAsync, cancellation, counts: false);

        async Task<LoadResult> RunAsync(Contender to)
        {
            var output = await Shell.RunAsync(
                "h2load",
                ["-D", $"{effort.LoadDuration.TotalSeconds:F0}", "-c", "8", "-m", "50", "-d", body, "-H", "content-type: application/grpc", "-H", "te: trailers", $"http://127.0.0.1:{to.Port}{EmptyCallLoad.Path}"],
                cancellation);
            var calls = long.Parse(H2LoadCalls().Match(output).Groups[1].Value, CultureInfo.InvariantCulture);
            return new LoadResult(calls, 0, effort.LoadDuration, new Latencies());
        }
    }

    private async Task<Measurement> RawInsertAsync(int round, Storage storage, CancellationToken cancellation)
    {
        var arguments = await storage.CreateForNaiveAsync($"raw{round}", cancellation);
        var database = storage.ProcessorTime;
        var output = await Shell.RunAsync(
            "dotnet", [peerDll, .. arguments, $"--RawInsertSeconds={effort.LoadDuration.TotalSeconds:F0}"], cancellation);
        database = storage.ProcessorTime - database;
        var match = Regex.Match(output, RawInsertPattern);
        var rows = long.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
        var seconds = double.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture);
        // Disk and the database's processor time are those of all rows, also of those that warmed it up.
        var all = rows + long.Parse(match.Groups[3].Value, CultureInfo.InvariantCulture);
        var disk = (double)await storage.SizeAsync($"raw{round}", cancellation) / all;
        return new Measurement(
            storage.Kind.ToString(), "raw INSERT", "one row each, 1,000 a transaction", round, rows, seconds, 0, 0, 0, 0, database.TotalMicroseconds / all, 0, disk, 0);
    }

    [GeneratedRegex(@"(\d+) succeeded")]
    private static partial Regex H2LoadCalls();
}
