using System.Diagnostics;
using Outreach.Protocol.Reports.V1;
using Outreach.Tool.Bench.Load;
using Outreach.Tool.Bench.Processes;

namespace Outreach.Tool.Bench;

/// <summary>A server under load: the product or the naive peer, with the store it writes to and what it has acknowledged.</summary>
internal sealed class Contender : IAsyncDisposable
{
    public const string Product = "product";
    public const string Naive = "naive";

    /// <summary>Less than this share of one core over a fifth of a second is rest.</summary>
    private const double IdleShare = 0.04;

    private static readonly TimeSpan IdleTimeout = TimeSpan.FromSeconds(30);

    private readonly string _dll;
    private readonly IReadOnlyList<string> _arguments;
    private BenchSession? _signedIn;
    private long _encounters;
    private long _units;
    private long _received;

    private Contender(string name, Storage storage, string dll, IReadOnlyList<string> arguments)
    {
        Name = name;
        Storage = storage;
        _dll = dll;
        _arguments = arguments;
    }

    /// <summary>"product" or "naive".</summary>
    public string Name { get; }

    /// <summary>Where it writes.</summary>
    public Storage Storage { get; }

    /// <summary>The process; another one after a restart.</summary>
    public BenchServer Process { get; private set; } = null!;

    /// <summary>Its port.</summary>
    public int Port => Process.Port;

    /// <summary>Its port, and what calls to it are signed with. The naive peer asks for nothing.</summary>
    public LoadTarget Target => new(Port, _signedIn?.AccessToken);

    /// <summary>Processor time of the server and of the database.</summary>
    public (TimeSpan Server, TimeSpan Database) ProcessorTime => (Process.ProcessorTime, Storage.ProcessorTime);

    /// <summary>Starts the product on an empty store.</summary>
    public static async Task<Contender> StartProductAsync(Storage storage, string dll, CancellationToken cancellation) =>
        await StartAsync(new Contender(Product, storage, dll, await storage.CreateForProductAsync(Product, cancellation)), cancellation);

    /// <summary>Starts the naive peer on an empty store.</summary>
    public static async Task<Contender> StartNaiveAsync(Storage storage, string dll, CancellationToken cancellation) =>
        await StartAsync(new Contender(Naive, storage, dll, await storage.CreateForNaiveAsync(Naive, cancellation)), cancellation);

    /// <summary>Starts the server again, after it has stopped or was killed.</summary>
    public async Task RestartAsync(CancellationToken cancellation)
    {
        await Process.DisposeAsync();
        Process = await BenchServer.StartAsync(_dll, _arguments, Storage.LogFile(Name), cancellation);
    }

    /// <summary>Records the products, sites and receipts of a scene.</summary>
    public async Task SetUpAsync(BenchDataSet scene, CancellationToken cancellation)
    {
        await RenewTokenAsync(cancellation);
        using var channel = Target.Open();
        await scene.SetUpAsync(channel, Name == Naive, cancellation);
        _received += scene.UnitsReceived;
    }

    /// <summary>Runs a load, then checks that the server counts exactly what it acknowledged, encounters and units.</summary>
    /// <exception cref="LoadFailedException">A call failed, or the count is not what was acknowledged.</exception>
    public async Task<LoadResult> LoadAsync(Func<Contender, Task<LoadResult>> load, CancellationToken cancellation)
    {
        await RenewTokenAsync(cancellation);
        var result = await load(this);
        _encounters += result.Encounters;
        _units += result.Units;
        await CheckCountsAsync(cancellation);
        return result;
    }

    /// <summary>
    /// Checks that the server counts exactly what it acknowledged since it was made, also before a restart, and that the
    /// product has on hand what was received less what was handed out.
    /// </summary>
    /// <exception cref="LoadFailedException">It does not.</exception>
    public async Task CheckCountsAsync(CancellationToken cancellation)
    {
        await RenewTokenAsync(cancellation);
        using var channel = Target.Open();
        var client = new OverviewService.OverviewServiceClient(channel);
        var response = await client.GetOverviewAsync(new GetOverviewRequest { Query = new OverviewQuery() }, cancellationToken: cancellation);
        var total = response.Overview.Total ?? new Figures();
        if (total.Encounters != _encounters || total.Units != _units)
        {
            throw new LoadFailedException(
                $"{Name} on {Storage.Kind} acknowledged {_encounters} encounters with {_units} units and counts {total.Encounters} with {total.Units}.");
        }

        var onHand = response.Overview.Shelves.Sum(shelf => shelf.OnHand);
        if (Name == Product && onHand != _received - _units)
            throw new LoadFailedException($"The product received {_received} units, handed out {_units} and counts {onHand} on hand.");
    }

    /// <summary>Waits until neither the server nor its database does anything any more: what they left for later counts too.</summary>
    /// <returns>How long that took; at most 30 s.</returns>
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
            contender._dll, contender._arguments, contender.Storage.LogFile(contender.Name), cancellation);
        try
        {
            if (contender.Process.SignInCode is { } code)
                contender._signedIn = await BenchSession.SignInAsync(contender.Port, code, cancellation);
            return contender;
        }
        catch
        {
            await contender.DisposeAsync();
            throw;
        }
    }

    private Task RenewTokenAsync(CancellationToken cancellation) => _signedIn?.RenewAsync(Port, cancellation) ?? Task.CompletedTask;
}
