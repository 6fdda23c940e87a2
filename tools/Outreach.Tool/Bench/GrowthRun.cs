using System.Diagnostics;
using Outreach.Protocol.Reports.V1;
using Outreach.Protocol.Encounters.V1;
using Outreach.Protocol.Stock.V1;
using Outreach.Tool.Bench.Load;
using Spectre.Console;

namespace Outreach.Tool.Bench;

/// <summary>
/// Measures how the first call after a restart, queries and memory depend on a site's history. One server has a site of each
/// size, so that all sizes are measured under the same conditions.
/// </summary>
internal sealed class GrowthRun(long largest, int manySites, int restarts, string productDll, string workFolder, Terminal terminal)
{
    private const int SmallSites = 60;
    private static readonly TimeSpan Year = TimeSpan.FromDays(365);

    private readonly List<GrowthMeasurement> _measurements = [];
    private readonly BenchDataSet _small = BenchDataSet.WithSites(SmallSites, "bench-small");
    private Phone _smallPhone = null!;
    private List<GrownSite> _grownSites = [];

    /// <summary>Runs all measurements on one store.</summary>
    public async Task<IReadOnlyList<GrowthMeasurement>> RunAsync(StoreKind kind, CancellationToken cancellation)
    {
        _measurements.Clear();
        await MeasureOneSiteAsync(kind, cancellation);
        await MeasureManySitesAsync(kind, cancellation);
        return [.. _measurements];
    }

    /// <summary>Prints the results: a row for each value, a column for each size.</summary>
    public static void Print(IReadOnlyList<GrowthMeasurement> measurements, IAnsiConsole console)
    {
        foreach (var store in measurements.GroupBy(row => row.Store))
        {
            var sizes = store.Where(row => row.Sites == 1).Select(row => row.Encounters).Distinct().Order().ToList();
            var table = new Table().Title($"[bold]{store.Key}[/]: by encounters at a site, median (99th percentile, or maximum of a few)").AddColumn("");
            foreach (var size in sizes)
                table.AddColumn(new TableColumn($"{size:N0}").RightAligned());
            foreach (var group in store.Where(row => row.Sites == 1).GroupBy(row => $"{row.Name}, {row.Unit}"))
                table.AddRow([group.Key, .. sizes.Select(size => group.FirstOrDefault(row => row.Encounters == size) is { } row ? $"{row.Median:F2} ({row.P99:F2})" : "")]);
            console.Write(table);
            foreach (var row in store.Where(row => row.Sites > 1))
                console.MarkupLineInterpolated($"  {row.Sites:N0} sites, {row.Encounters:N0} encounters: {row.Name}: {row.Median:F2} ({row.P99:F2}) {row.Unit}");
        }
    }

    private async Task MeasureOneSiteAsync(StoreKind kind, CancellationToken cancellation)
    {
        await using var storage = await Storage.OpenAsync(kind, workFolder, cancellation);
        await using var product = await Contender.StartProductAsync(storage, productDll, cancellation);
        _smallPhone = new Phone(_small, "bench-small-phone", Year);
        await product.SetUpAsync(_small, cancellation);
        await SendAsync(product, _smallPhone, SmallSites * 100, cancellation);
        _grownSites = [];
        foreach (var size in GetSizes())
            _grownSites.Add(await GrowAsync(product, size, cancellation));
        // The first run warms up the code and is not counted.
        await MeasureQueriesAsync(product, _grownSites[0], cancellation);
        _measurements.Clear();
        foreach (var site in _grownSites)
            await MeasureQueriesAsync(product, site, cancellation);
        for (var round = 0; round < restarts; round++)
            await MeasureActivationAsync(product, round, "after a stop", server => server.Process.StopAsync(cancellation), cancellation);
        for (var round = 0; round < restarts; round++)
            await MeasureActivationAsync(product, round, "after kill -9", server => server.Process.KillAsync(cancellation), cancellation);
        foreach (var site in _grownSites)
            AddSummary(kind, site);
        await product.CheckCountsAsync(cancellation);
        await product.Process.StopAsync(cancellation);
    }

    /// <summary>Powers of ten from 1,000 up to the largest size, and the largest size.</summary>
    private IEnumerable<long> GetSizes()
    {
        for (var size = 1_000L; size < largest; size *= 10)
            yield return size;
        yield return largest;
    }

    private async Task<GrownSite> GrowAsync(Contender product, long size, CancellationToken cancellation)
    {
        var dataSet = BenchDataSet.WithSites(1, $"bench-grown-{size}");
        await product.SetUpAsync(dataSet, cancellation);
        var site = new GrownSite(dataSet.SiteIds[0], size, new Phone(dataSet, "bench-grown-phone", Year));
        var disk = await product.Storage.GetSizeAsync(product.Name, cancellation);
        var result = await SendAsync(product, site.Phone, size, cancellation);
        var settled = await product.WaitUntilIdleAsync(cancellation);
        disk = await product.Storage.GetSizeAsync(product.Name, cancellation) - disk;
        terminal.Err.MarkupLineInterpolated($"[grey]{size:N0} encounters at one site: {result.Rate:N0}/s, then {settled.TotalSeconds:F1} s until idle, {(double)disk / size:F0} bytes each, server {product.Process.Memory / 1e6:F0} MB[/]");
        return site;
    }

    private static Task<LoadResult> SendAsync(Contender product, Phone phone, long encounters, CancellationToken cancellation) => product.LoadAsync(
        to => LoadRunner.RunAsync(to.Target, SyncLoad.Path, [new SyncLoad(phone, LoadLimit.For(encounters), 500, 4)], cancellation), cancellation);

    private async Task MeasureQueriesAsync(Contender product, GrownSite site, CancellationToken cancellation)
    {
        using var channel = product.Target.Open();
        var overview = new OverviewService.OverviewServiceClient(channel);
        var stock = new StockService.StockServiceClient(channel);
        var encounters = new EncounterService.EncounterServiceClient(channel);
        var today = DateTime.UtcNow;
        var year = new OverviewQuery { SiteIds = { site.Id }, Span = Span.Month };
        var quarter = new OverviewQuery { SiteIds = { site.Id }, Span = Span.Day, FromDay = $"{today.AddDays(-90):yyyy-MM-dd}", ToDay = $"{today:yyyy-MM-dd}" };
        var page = new ListEncountersRequest { SiteId = site.Id };
        var filtered = new ListEncountersRequest
        {
            SiteId = site.Id,
            FromDay = $"{today.AddDays(-200):yyyy-MM-dd}",
            ToDay = $"{today.AddDays(-190):yyyy-MM-dd}",
            ProductId = "bench-vial",
        };
        await TimeAsync("overview of the year by month", () => overview.GetOverviewAsync(new GetOverviewRequest { Query = year }, cancellationToken: cancellation).ResponseAsync);
        await TimeAsync("overview of 90 days by day", () => overview.GetOverviewAsync(new GetOverviewRequest { Query = quarter }, cancellationToken: cancellation).ResponseAsync);
        await TimeAsync("stock now", () => stock.GetStockAsync(new GetStockRequest { SiteId = site.Id }, cancellationToken: cancellation).ResponseAsync);
        await TimeAsync("latest 50 encounters", () => encounters.ListEncountersAsync(page, cancellationToken: cancellation).ResponseAsync);
        await TimeAsync("50 encounters of a product in 10 old days", () => encounters.ListEncountersAsync(filtered, cancellationToken: cancellation).ResponseAsync);
        await TimeAsync("latest 50 movements", () => stock.ListMovementsAsync(new ListMovementsRequest { SiteId = site.Id }, cancellationToken: cancellation).ResponseAsync);

        async Task TimeAsync<T>(string name, Func<Task<T>> query)
        {
            var latencies = new Latencies();
            for (var i = -20; i < 100; i++)
            {
                var started = Stopwatch.GetTimestamp();
                await query();
                if (i >= 0)
                    latencies.AddSince(started);
            }

            _measurements.Add(new GrowthMeasurement(
                product.Storage.Kind.ToString(), name, site.Size, 1, latencies.Percentile(0.5).TotalMilliseconds, latencies.Percentile(0.99).TotalMilliseconds, "ms"));
        }
    }

    /// <summary>Ends and restarts the server, warms it up on the small sites, and makes the first call at each grown site.</summary>
    private async Task MeasureActivationAsync(Contender product, int round, string cause, Func<Contender, Task> endAsync, CancellationToken cancellation)
    {
        // These records give the server something to save at a stop and to recover after a kill.
        foreach (var site in _grownSites)
            await SendAsync(product, site.Phone, 700, cancellation);
        await endAsync(product);
        await product.RestartAsync(cancellation);
        await SendAsync(product, _smallPhone, SmallSites * 20, cancellation);
        await product.WaitUntilIdleAsync(cancellation);
        using var channel = product.Target.Open();
        var client = new EncounterService.EncounterServiceClient(channel);
        // The order changes each round, so that no site is always first.
        for (var i = 0; i < _grownSites.Count; i++)
        {
            var site = _grownSites[(i + round) % _grownSites.Count];
            await product.LoadAsync(_ => FirstCallsAsync(product, client, site, cause, cancellation), cancellation);
        }
    }

    private static async Task<LoadResult> FirstCallsAsync(
        Contender product, EncounterService.EncounterServiceClient client, GrownSite site, string cause, CancellationToken cancellation)
    {
        const int Calls = 21;
        var memory = product.Process.Memory;
        var latencies = new Latencies();
        var units = 0L;
        for (var i = 0; i < Calls; i++)
        {
            var encounter = site.Phone.Next(0, new Encounter());
            units += encounter.HandedOut.Sum(line => line.Units);
            var started = Stopwatch.GetTimestamp();
            var response = await client.LogEncounterAsync(new LogEncounterRequest { Encounter = encounter }, cancellationToken: cancellation);
            if (i == 0)
                site.Add($"first call {cause}", Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            else
                latencies.AddSince(started);
            if (response.Result.Outcome != RecordOutcome.Recorded)
                throw new LoadFailedException($"A record was not recorded: {response.Result}");
        }

        site.Add($"later calls {cause}", latencies.Percentile(0.5).TotalMilliseconds);
        site.AddMemory(product.Process.Memory - memory);
        return new LoadResult(Calls, units, TimeSpan.Zero, latencies);
    }

    private void AddSummary(StoreKind kind, GrownSite site)
    {
        foreach (var (name, values) in site.Times)
            _measurements.Add(new GrowthMeasurement($"{kind}", name, site.Size, 1, values.Median(), values.Max(), "ms"));
        _measurements.Add(new GrowthMeasurement($"{kind}", "memory for activation and 21 calls", site.Size, 1, site.Memory.Median(), site.Memory.Max(), "MB"));
    }

    /// <summary>Measures many sites: the cost of each while it is active and while it is not.</summary>
    private async Task MeasureManySitesAsync(StoreKind kind, CancellationToken cancellation)
    {
        await using var storage = await Storage.OpenAsync(kind, workFolder, cancellation);
        await using var product = await Contender.StartProductAsync(storage, productDll, cancellation);
        var dataSet = BenchDataSet.WithSites(manySites, "bench-many");
        var phone = new Phone(dataSet, "bench-many-phone", TimeSpan.FromDays(30));
        await product.SetUpAsync(dataSet, cancellation);
        await SendToManySitesAsync(product, phone, manySites * 10, 10, cancellation);
        await product.WaitUntilIdleAsync(cancellation);
        await MeasureManySitesQueryAsync(product, "overview of all, one row", new OverviewQuery(), cancellation);
        await MeasureManySitesQueryAsync(product, "overview by site, a row each", new OverviewQuery { BySite = true }, cancellation);
        Add("server with all sites active", product.Process.Memory / 1e6, product.Process.PeakMemory / 1e6, "MB");
        await product.Process.StopAsync(cancellation);
        await product.RestartAsync(cancellation);
        await product.WaitUntilIdleAsync(cancellation);
        var idle = product.Process.Memory;
        Add("server after a restart, no site active", idle / 1e6, product.Process.PeakMemory / 1e6, "MB");
        Add("start of the server", product.Process.StartDuration.TotalSeconds, product.Process.StartDuration.TotalSeconds, "s");
        var first = await SendToManySitesAsync(product, phone, manySites, 1, cancellation);
        await product.WaitUntilIdleAsync(cancellation);
        Add("first encounter at each site, sites per second", first.Rate, first.Rate, "/s");
        Add("memory per active site", (product.Process.Memory - idle) / 1e3 / manySites, (product.Process.PeakMemory - idle) / 1e3 / manySites, "kB");
        await product.Process.StopAsync(cancellation);

        void Add(string name, double value, double maximum, string unit) =>
            _measurements.Add(new GrowthMeasurement($"{kind}", name, manySites * 10L, manySites, value, maximum, unit));
    }

    private static Task<LoadResult> SendToManySitesAsync(Contender product, Phone phone, long encounters, int batch, CancellationToken cancellation) => product.LoadAsync(
        to => LoadRunner.RunAsync(to.Target, SyncLoad.Path, [new SyncLoad(phone, LoadLimit.For(encounters), batch, 32)], cancellation), cancellation);

    private async Task MeasureManySitesQueryAsync(Contender product, string name, OverviewQuery query, CancellationToken cancellation)
    {
        using var channel = product.Target.Open();
        var client = new OverviewService.OverviewServiceClient(channel);
        var latencies = new Latencies();
        for (var i = 0; i < 30; i++)
        {
            var started = Stopwatch.GetTimestamp();
            await client.GetOverviewAsync(new GetOverviewRequest { Query = query }, cancellationToken: cancellation);
            latencies.AddSince(started);
        }

        _measurements.Add(new GrowthMeasurement(
            product.Storage.Kind.ToString(), name, manySites * 10L, manySites, latencies.Percentile(0.5).TotalMilliseconds, latencies.Percentile(0.99).TotalMilliseconds, "ms"));
    }

    private sealed record GrownSite(string Id, long Size, Phone Phone)
    {
        public Dictionary<string, List<double>> Times { get; } = [];

        public List<double> Memory { get; } = [];

        public void Add(string name, double milliseconds)
        {
            if (!Times.TryGetValue(name, out var times))
                Times.Add(name, times = []);
            times.Add(milliseconds);
        }

        public void AddMemory(long bytes) => Memory.Add(bytes / 1e6);
    }
}
