using Google.Protobuf;
using Outreach.Protocol.Reports.V1;
using Outreach.Protocol.Encounters.V1;
using Outreach.Protocol.Stock.V1;
using Outreach.Tool.Bench.Load;
using Spectre.Console;

namespace Outreach.Tool.Bench;

/// <summary>Measures how soon watchers receive committed changes, during a moderate load of one call at a time.</summary>
internal sealed class WatchRun(int sites, string productDll, string workFolder)
{
    private const int Connections = 20;
    private const int WatchersPerConnection = 50;
    private const int Encounters = 4_000;
    private const string OverviewPath = "/outreach.reports.v1.OverviewService/WatchOverview";
    private const string StockPath = "/outreach.stock.v1.StockService/WatchStock";
    private static readonly TimeSpan SendInterval = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan WatchTimeout = TimeSpan.FromSeconds(30);
    private readonly BenchDataSet _dataSet = BenchDataSet.WithSites(sites);
    private PhoneFleet _fleet = null!;
    private Phone _phone = null!;

    /// <summary>Runs all measurements on one store.</summary>
    public async Task<IReadOnlyList<WatchMeasurement>> RunAsync(StoreKind kind, CancellationToken cancellation)
    {
        await using var storage = await Storage.OpenAsync(kind, workFolder, cancellation);
        await using var product = await Contender.StartProductAsync(storage, productDll, cancellation);
        await product.SetUpAsync(_dataSet, cancellation);
        _fleet = new PhoneFleet(_dataSet);
        _phone = new Phone(_dataSet, "bench-watch", TimeSpan.FromHours(1));
        await product.LoadAsync(to => _fleet.SendAsync(to, LoadShape.Unary, LoadLimit.For(TimeSpan.FromSeconds(10)), cancellation), cancellation);
        List<WatchMeasurement> measurements =
        [
            await MeasureAsync(product, "overview of all, by site, by month", OverviewPath, await CreateOverviewGroupsAsync(product, bySite: false), cancellation),
            await MeasureAsync(product, "overview of one site each", OverviewPath, await CreateOverviewGroupsAsync(product, bySite: true), cancellation),
            await MeasureAsync(product, "stock of one site each", StockPath, await CreateStockGroupsAsync(product), cancellation),
        ];
        await product.CheckCountsAsync(cancellation);
        await product.Process.StopAsync(cancellation);
        return measurements;
    }

    /// <summary>Prints the results.</summary>
    public static void Print(IReadOnlyList<WatchMeasurement> measurements, IAnsiConsole console)
    {
        var table = new Table().Title("From commit to watcher, in ms: from sending the call (upper bound) and from its answer (lower bound)");
        foreach (var name in new[] { "store", "watch", "watchers", "encounters/s", "call p50", "call p99", "answer p50", "answer p99", "messages/s", "server cores", "MB" })
            table.AddColumn(name);
        foreach (var row in measurements)
        {
            table.AddRow(
                row.Store, row.Watch, $"{row.Watchers:N0}", $"{row.EncountersPerSecond:N0}", $"{row.CallP50:F1}", $"{row.CallP99:F1}", $"{row.AnswerP50:F1}",
                $"{row.AnswerP99:F1}", $"{row.MessagesPerSecond:N0}", $"{row.ServerCores:F2}", $"{row.MemoryMegabytes:F0}");
        }

        console.Write(table);
    }

    private int CountEncountersAt(int site) => (Encounters / sites) + (site < Encounters % sites ? 1 : 0);

    private async Task<List<WatcherGroup>> CreateOverviewGroupsAsync(Contender product, bool bySite)
    {
        using var channel = product.Target.Open();
        var client = new OverviewService.OverviewServiceClient(channel);
        var groups = new List<WatcherGroup>();
        foreach (var site in bySite ? Enumerable.Range(0, sites).Cast<int?>() : [null])
        {
            var query = site is { } i
                ? new OverviewQuery { SiteIds = { _dataSet.SiteIds[i] } }
                : new OverviewQuery { BySite = true, Span = Span.Month };
            var current = await client.GetOverviewAsync(new GetOverviewRequest { Query = query });
            var expected = site is { } index ? CountEncountersAt(index) : Encounters;
            groups.Add(new WatcherGroup(site, new WatchOverviewRequest { Query = query }, new OverviewTopic(current.Overview.Total?.Encounters ?? 0, expected)));
        }

        return groups;
    }

    private async Task<List<WatcherGroup>> CreateStockGroupsAsync(Contender product)
    {
        using var channel = product.Target.Open();
        var client = new StockService.StockServiceClient(channel);
        var groups = new List<WatcherGroup>();
        for (var site = 0; site < sites; site++)
        {
            var id = _dataSet.SiteIds[site];
            var current = await client.GetStockAsync(new GetStockRequest { SiteId = id });
            groups.Add(new WatcherGroup(site, new WatchStockRequest { SiteId = id }, new StockTopic(current.Version, CountEncountersAt(site))));
        }

        return groups;
    }

    private async Task<WatchMeasurement> MeasureAsync(
        Contender product, string name, string path, List<WatcherGroup> groups, CancellationToken cancellation)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        WatchLoad[] loads =
        [
            .. Enumerable.Range(0, Connections)
                .Select(i => groups[i % groups.Count])
                .Select(group => new WatchLoad(group.Request, WatchersPerConnection, group.Topic)),
        ];
        var watching = Task.WhenAll(loads.Select(load => Task.Factory.StartNew(
            () => LoadRunner.RunConnection(product.Target, path, load, timeout), cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        await Task.WhenAny(watching, Task.WhenAll(loads.Select(load => load.Ready)).WaitAsync(WatchTimeout, cancellation)).Unwrap();
        var before = product.Process.ProcessorTime;
        var sent = await product.LoadAsync(to => SendAsync(to, groups, cancellation), cancellation);
        timeout.CancelAfter(WatchTimeout);
        await watching;
        if (timeout.IsCancellationRequested)
            throw new LoadFailedException($"Not all watchers ({name}) received every change within {WatchTimeout.TotalSeconds} s.");
        var used = product.Process.ProcessorTime - before;
        return Summarize(product, name, loads, sent, used);
    }

    private static WatchMeasurement Summarize(Contender product, string name, WatchLoad[] loads, LoadResult sent, TimeSpan used)
    {
        var (call, answer) = (new Latencies(), new Latencies());
        foreach (var load in loads)
        {
            call.Add(load.SinceCall);
            answer.Add(load.SinceAnswer);
        }

        return new WatchMeasurement(
            product.Storage.Kind.ToString(),
            name,
            loads.Length * WatchersPerConnection,
            sent.Rate,
            call.Percentile(0.5).TotalMilliseconds,
            call.Percentile(0.99).TotalMilliseconds,
            answer.Percentile(0.5).TotalMilliseconds,
            answer.Percentile(0.99).TotalMilliseconds,
            loads.Sum(load => load.Messages) / sent.Elapsed.TotalSeconds,
            used / sent.Elapsed,
            product.Process.Memory / 1e6);
    }

    /// <summary>Sends one call at a time, about 200 per second, to each site in turn.</summary>
    private async Task<LoadResult> SendAsync(Contender to, List<WatcherGroup> groups, CancellationToken cancellation)
    {
        using var channel = to.Target.Open();
        var encounters = new EncounterService.EncounterServiceClient(channel);
        var latencies = new Latencies();
        var units = 0L;
        using var timer = new PeriodicTimer(SendInterval);
        var stopwatch = System.Diagnostics.Stopwatch.StartNew();
        for (var i = 0; i < Encounters; i++)
        {
            await timer.WaitForNextTickAsync(cancellation);
            var encounter = _phone.Next(i % sites, new Encounter());
            var affected = groups.Where(group => group.Site is null || group.Site == i % sites).ToList();
            var handedOut = encounter.HandedOut.Sum(line => line.Units);
            units += handedOut;
            affected.ForEach(group => group.Topic.OnSending(handedOut));
            var started = System.Diagnostics.Stopwatch.GetTimestamp();
            var response = await encounters.LogEncounterAsync(new LogEncounterRequest { Encounter = encounter }, cancellationToken: cancellation);
            latencies.AddSince(started);
            affected.ForEach(group => group.Topic.OnAnswered());
            ProtoReader.ReadRecordedVersion(response.Result.ToByteArray());
        }

        return new LoadResult(Encounters, units, stopwatch.Elapsed, latencies);
    }

    private sealed record WatcherGroup(int? Site, IMessage Request, WatchTopic Topic);
}
