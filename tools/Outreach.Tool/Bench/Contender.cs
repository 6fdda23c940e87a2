using System.Diagnostics;
using Outreach.Protocol.Reports.V1;
using Outreach.Tool.Bench.Load;
using Outreach.Tool.Bench.Processes;

namespace Outreach.Tool.Bench;

/// <summary>A server under load, the product or the naive server, with its store and the totals that it acknowledged.</summary>
internal sealed class Contender : IAsyncDisposable
{
    public const string Product = "product";
    public const string Naive = "naive";

    /// <summary>A server that uses less than this share of one core for 200 ms is idle.</summary>
    private const double IdleShare = 0.04;

    private static readonly TimeSpan IdleTimeout = TimeSpan.FromSeconds(30);

    private readonly string _dll;
    private readonly IReadOnlyList<string> _arguments;
    private BenchSession? _session;
    private long _encounters;
    private long _units;
    private long _unitsReceived;

    private Contender(string name, Storage storage, string dll, IReadOnlyList<string> arguments)
    {
        Name = name;
        Storage = storage;
        _dll = dll;
        _arguments = arguments;
    }

    /// <summary>"product" or "naive".</summary>
    public string Name { get; }

    /// <summary>The store of the server.</summary>
    public Storage Storage { get; }

    /// <summary>The server process. A restart replaces it.</summary>
    public BenchServer Process { get; private set; } = null!;

    public int Port => Process.Port;

    /// <summary>The port and the access token for calls. The naive server needs no token.</summary>
    public LoadTarget Target => new(Port, _session?.AccessToken);

    /// <summary>The processor time of the server and of the database.</summary>
    public (TimeSpan Server, TimeSpan Database) ProcessorTime => (Process.ProcessorTime, Storage.ProcessorTime);

    /// <summary>Starts the product on an empty store.</summary>
    public static async Task<Contender> StartProductAsync(Storage storage, string dll, CancellationToken cancellation) =>
        await StartAsync(new Contender(Product, storage, dll, await storage.CreateForProductAsync(Product, cancellation)), cancellation);

    /// <summary>Starts the naive server on an empty store.</summary>
    public static async Task<Contender> StartNaiveAsync(Storage storage, string dll, CancellationToken cancellation) =>
        await StartAsync(new Contender(Naive, storage, dll, await storage.CreateForNaiveAsync(Naive, cancellation)), cancellation);

    /// <summary>Restarts the server after it was stopped or killed.</summary>
    public async Task RestartAsync(CancellationToken cancellation)
    {
        await Process.DisposeAsync();
        Process = await BenchServer.StartAsync(_dll, _arguments, Storage.GetLogFile(Name), cancellation);
    }

    /// <summary>Creates the products, sites and receipts of a data set.</summary>
    public async Task SetUpAsync(BenchDataSet dataSet, CancellationToken cancellation)
    {
        await RefreshTokenAsync(cancellation);
        using var channel = Target.Open();
        await dataSet.SetUpAsync(channel, Name == Naive, cancellation);
        _unitsReceived += dataSet.UnitsReceived;
    }

    /// <summary>Runs a load and then checks that the server's totals equal what it acknowledged.</summary>
    /// <exception cref="LoadFailedException">A call failed, or the totals differ.</exception>
    public async Task<LoadResult> LoadAsync(Func<Contender, Task<LoadResult>> load, CancellationToken cancellation)
    {
        await RefreshTokenAsync(cancellation);
        var result = await load(this);
        _encounters += result.Encounters;
        _units += result.Units;
        await CheckCountsAsync(cancellation);
        return result;
    }

    /// <summary>
    /// Checks that the server's encounters and units equal what it acknowledged, including before a restart, and that the product's
    /// stock on hand equals units received minus units handed out.
    /// </summary>
    /// <exception cref="LoadFailedException">The totals differ.</exception>
    public async Task CheckCountsAsync(CancellationToken cancellation)
    {
        await RefreshTokenAsync(cancellation);
        using var channel = Target.Open();
        var client = new OverviewService.OverviewServiceClient(channel);
        var response = await client.GetOverviewAsync(new GetOverviewRequest { Query = new OverviewQuery() }, cancellationToken: cancellation);
        var total = response.Overview.Total ?? new Figures();
        if (total.Encounters != _encounters || total.UnitsDistributed != _units)
        {
            throw new LoadFailedException(
                $"{Name} on {Storage.Kind} acknowledged {_encounters} encounters with {_units} units but reports {total.Encounters} with {total.UnitsDistributed}.");
        }

        var onHand = response.Overview.Shelves.Sum(shelf => shelf.OnHand);
        if (Name == Product && onHand != _unitsReceived - _units)
            throw new LoadFailedException($"The product received {_unitsReceived} units and handed out {_units} but reports {onHand} on hand.");
    }

    /// <summary>Waits until the server and its database are idle, so that background work is measured too.</summary>
    /// <returns>The time until they were idle; about 30 s if they never were.</returns>
    public async Task<TimeSpan> WaitUntilIdleAsync(CancellationToken cancellation)
    {
        var watch = Stopwatch.StartNew();
        var window = TimeSpan.FromMilliseconds(200);
        while (watch.Elapsed < IdleTimeout)
        {
            var before = ProcessorTime;
            await Task.Delay(window, cancellation);
            var after = ProcessorTime;
            if (after.Server - before.Server + after.Database - before.Database <= window * IdleShare)
                return watch.Elapsed - window;
        }

        return watch.Elapsed;
    }

    public ValueTask DisposeAsync() => Process.DisposeAsync();

    private static async Task<Contender> StartAsync(Contender contender, CancellationToken cancellation)
    {
        contender.Process = await BenchServer.StartAsync(
            contender._dll, contender._arguments, contender.Storage.GetLogFile(contender.Name), cancellation);
        try
        {
            if (contender.Process.SignInCode is { } code)
                contender._session = await BenchSession.SignInAsync(contender.Port, code, cancellation);
            return contender;
        }
        catch
        {
            await contender.DisposeAsync();
            throw;
        }
    }

    private Task RefreshTokenAsync(CancellationToken cancellation) => _session?.RefreshAsync(Port, cancellation) ?? Task.CompletedTask;
}
