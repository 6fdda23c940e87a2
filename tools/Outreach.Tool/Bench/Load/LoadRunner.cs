using Outreach.Protocol.Encounters.V1;
using System.Diagnostics;

namespace Outreach.Tool.Bench.Load;

/// <summary>Runs a load on several connections and adds up what they were told.</summary>
internal static class LoadRunner
{
    /// <summary>Runs the same load on its own connections, each on a thread of its own.</summary>
    public static async Task<LoadResult> RunAsync<TLoad>(
        LoadTarget target, string path, IReadOnlyList<TLoad> loads, CancellationToken cancellation)
        where TLoad : class, IHttp2Load, ICountingLoad
    {
        using var failure = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(loads.Select(load => Task.Factory.StartNew(
            () => RunConnection(target, path, load, failure), failure.Token, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        cancellation.ThrowIfCancellationRequested();
        return Sum(watch.Elapsed, loads);
    }

    /// <summary>Runs unary calls through the ordinary client, a channel with a connection of its own for each load.</summary>
    public static async Task<LoadResult> RunClientAsync(
        LoadTarget target, IReadOnlyList<Phone> phones, LoadLimit limit, int atOnce, CancellationToken cancellation)
    {
        var channels = phones.Select(_ => target.Open()).ToList();
        var loads = phones
            .Zip(channels, (phone, channel) => new GrpcClientLoad(phone, limit, atOnce, new EncounterService.EncounterServiceClient(channel)))
            .ToList();
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(loads.Select(load => load.RunAsync(cancellation)));
        var elapsed = watch.Elapsed;
        channels.ForEach(channel => channel.Dispose());
        return Sum(elapsed, loads);
    }

    /// <summary>Runs one load on one connection; the first failure ends them all.</summary>
    public static void RunConnection(LoadTarget target, string path, IHttp2Load load, CancellationTokenSource failure)
    {
        using var connection = new Http2Connection(target, path, load);
        try
        {
            connection.Run(failure.Token);
        }
        catch (Exception broken)
        {
            // The other connections end too; only the first says why.
            var isFirst = !failure.IsCancellationRequested;
            failure.Cancel();
            if (isFirst)
                throw broken as LoadFailedException ?? new LoadFailedException($"A connection broke: {broken.Message}");
        }
    }

    private static LoadResult Sum(TimeSpan elapsed, IReadOnlyList<ICountingLoad> loads)
    {
        var latencies = new Latencies();
        var (encounters, units) = (0L, 0L);
        foreach (var load in loads)
        {
            encounters += load.Encounters;
            units += load.Units;
            latencies.Add(load.Latencies);
        }

        return new LoadResult(encounters, units, elapsed, latencies);
    }
}
