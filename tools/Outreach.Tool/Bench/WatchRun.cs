using Google.Protobuf;
using Outreach.Protocol.Reports.V1;
using Outreach.Protocol.Encounters.V1;
using Outreach.Protocol.Stock.V1;
using Outreach.Tool.Bench.Load;
using Spectre.Console;

namespace Outreach.Tool.Bench;

/// <summary>How long watchers waited, in one run.</summary>
/// <param name="Store">The store.</param>
/// <param name="Watch">What they watched.</param>
/// <param name="Watchers">How many they were.</param>
/// <param name="EncountersPerSecond">The load meanwhile.</param>
/// <param name="CallP50">Milliseconds from sending the call to a watcher being told: commit is later.</param>
/// <param name="CallP99">The 99th percentile of it.</param>
/// <param name="AnswerP50">Milliseconds from the call's answer: commit is earlier.</param>
/// <param name="AnswerP99">The 99th percentile of it.</param>
/// <param name="MessagesPerSecond">Messages to all watchers.</param>
/// <param name="ServerCores">Processor seconds of the server a second.</param>
/// <param name="MemoryMegabytes">The server's memory with all watchers, in 10^6 bytes.</param>
internal sealed record WatchMeasurement(
    string Store,
    string Watch,
    int Watchers,
    double EncountersPerSecond,
    double CallP50,
    double CallP99,
    double AnswerP50,
    double AnswerP99,
    double MessagesPerSecond,
    double ServerCores,
    double MemoryMegabytes);

/// <summary>How soon watchers are told of what was committed, while a modest load is sent one call after the other.</summary>
internal sealed class WatchRun(int sites, string productDll, string workFolder)
{
    private const int Connections = 20;
    private const int WatchersPerConnection = 50;
    private const int Encounters = 4_000;
    private const string OverviewPath = "/outreach.reports.v1.OverviewService/WatchOverview";
    private const string StockPath = "/outreach.stock.v1.StockService/WatchStock";
    private static readonly TimeSpan SendInterval = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan WatchTimeout = TimeSpan.FromSeconds(30);
    private readonly BenchDataSet _scene = BenchDataSet.WithSites(sites);
    private PhoneFleet _fleet = null!;
    private Phone _phone = null!;

    /// <summary>Runs it on one store.</summary>
    public async Task<IReadOnlyList<WatchMeasurement>> RunAsync(StoreKind kind, CancellationToken cancellation)
    {
        await using var storage = await Storage.OpenAsync(kind, workFolder, cancellation);
        await using var product = await Contender.StartProductAsync(storage, productDll, cancellation);
        await product.SetUpAsync(_scene, cancellation);
        _fleet = new PhoneFleet(_scene);
        _phone = new Phone(_scene, "bench-watch", TimeSpan.FromHours(1));
        await product.LoadAsync(to => _fleet.SendAsync(to, LoadShape.Unary, LoadLimit.For(TimeSpan.FromSeconds(10)), cancellation), cancellation);
        List<WatchMeasurement> measured =
        [
            await MeasureAsync(product, "overview of all, by site, by month", OverviewPath, await OverviewGroupsAsync(product, bySite: false), cancellation),
            await MeasureAsync(product, "overview of one site each", OverviewPath, await OverviewGroupsAsync(product, bySite: true), cancellation),
            await MeasureAsync(product, "stock of one site each", StockPath, await StockGroupsAsync(product), cancellation),
        ];
        await product.CheckCountsAsync(cancellation);
        await product.Process.StopAsync(cancellation);
        return measured;
    }

    /// <summary>Draws the results.</summary>
    public static void Draw(IReadOnlyList<WatchMeasurement> measured, IAnsiConsole console)
    {
        var table = new Table().Title("From commit to watcher: after the call was sent (longer) and after its answer (shorter), ms");
        foreach (var name in new[] { "store", "watch", "watchers", "encounters/s", "call p50", "call p99", "answer p50", "answer p99", "messages/s", "server cores", "MB" })
            table.AddColumn(name);
        foreach (var row in measured)
        {
            table.AddRow(
                row.Store, row.Watch, $"{row.Watchers:N0}", $"{row.EncountersPerSecond:N0}", $"{row.CallP50:F1}", $"{row.CallP99:F1}", $"{row.AnswerP50:F1}",
                $"{row.AnswerP99:F1}", $"{row.MessagesPerSecond:N0}", $"{row.ServerCores:F2}", $"{row.MemoryMegabytes:F0}");
        }

        console.Write(table);
    }

    private int EncountersAt(int site) => (Encounters / sites) + (site < Encounters % sites ? 1 : 0);

    private async Task<List<WatcherGroup>> OverviewGroupsAsync(Contender product, bool bySite)
    {
        using var channel = product.Target.Open();
        var client = new OverviewService.OverviewServiceClient(channel);
        var groups = new List<WatcherGroup>();
        foreach (var site in bySite ? Enumerable.Range(0, sites).Cast<int?>() : [null])
        {
            var query = site is { } one
                ? new OverviewQuery { SiteIds = { _scene.SiteIds[one] } }
                : new OverviewQuery { BySite = true, Span = Span.Month };
            var now = await client.GetOverviewAsync(new GetOverviewRequest { Query = query });
            var expected = site is { } of ? EncountersAt(of) : Encounters;
            groups.Add(new WatcherGroup(site, new WatchOverviewRequest { Query = query }, new OverviewTopic(now.Overview.Total?.Encounters ?? 0, expected)));
        }

        return groups;
    }

    private async Task<List<WatcherGroup>> StockGroupsAsync(Contender product)
    {
        using var channel = product.Target.Open();
        var client = new StockService.StockServiceClient(channel);
        var groups = new List<WatcherGroup>();
        for (var site = 0; site < sites; site++)
        {
            var id = _scene.SiteIds[site];
            var now = await client.GetStockAsync(new GetStockRequest { SiteId = id });
            groups.Add(new WatcherGroup(site, new WatchStockRequest { SiteId = id }, new StockTopic(now.Version, EncountersAt(site))));
        }

        return groups;
    }

    private async Task<WatchMeasurement> MeasureAsync(
        Contender product, string name, string path, List<WatcherGroup> groups, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        WatchLoad[] loads =
        [
            .. Enumerable.Range(0, Connections)
                .Select(i => groups[i % groups.Count])
                .Select(group => new WatchLoad(group.Request, WatchersPerConnection, group.Topic)),
        ];
        var watching = Task.WhenAll(loads.Select(load => Task.Factory.StartNew(
            () => LoadRunner.RunConnection(product.Target, path, load, patience), cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        await Task.WhenAny(watching, Task.WhenAll(loads.Select(load => load.Ready)).WaitAsync(WatchTimeout, cancellation)).Unwrap();
        var before = product.Process.ProcessorTime;
        var sent = await product.LoadAsync(to => SendAsync(to, groups, cancellation), cancellation);
        patience.CancelAfter(WatchTimeout);
        await watching;
        if (patience.IsCancellationRequested)
            throw new LoadFailedException($"Not every watcher ({name}) was told of everything within {WatchTimeout.TotalSeconds} s.");
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

    /// <summary>Sends one call after the other, about 200 a second, to the sites in turn.</summary>
    private async Task<LoadResult> SendAsync(Contender to, List<WatcherGroup> groups, CancellationToken cancellation)
    {
        using var channel = to.Target.Open();
        var encounters = new EncounterService.EncounterServiceClient(channel);
        var latencies = new Latencies();
        var units = 0L;
        using var pace = new PeriodicTimer(SendInterval);
        var watch = System.Diagnostics.Stopwatch.StartNew();
        for (var i = 0; i < Encounters; i++)
        {
            await pace.WaitForNextTickAsync(cancellation);
            var encounter = _phone.Next(i % sites, new Encounter());
            var concerned = groups.Where(group => group.Site is null || group.Site == i % sites).ToList();
            var handedOut = encounter.HandedOut.Sum(line => line.Units);
            units += handedOut;
            concerned.ForEach(group => group.Topic.OnSending(handedOut));
            var started = System.Diagnostics.Stopwatch.GetTimestamp();
            var response = await encounters.LogEncounterAsync(new LogEncounterRequest { Encounter = encounter }, cancellationToken: cancellation);
            latencies.AddSince(started);
            concerned.ForEach(group => group.Topic.OnAnswered());
            ProtoReader.ReadRecordedVersion(response.Answer.ToByteArray());
        }

        return new LoadResult(Encounters, units, watch.Elapsed, latencies);
    }

    private sealed record WatcherGroup(int? Site, IMessage Request, WatchTopic Topic);
}
