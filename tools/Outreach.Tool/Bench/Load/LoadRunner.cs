using Outreach.Protocol.Encounters.V1;
using System.Diagnostics;

namespace Outreach.Tool.Bench.Load;

/// <summary>Runs a load on several connections and sums up the results.</summary>
internal static class LoadRunner
{
    /// <summary>Runs each load on its own connection and thread.</summary>
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

    /// <summary>Runs unary calls through the .NET gRPC client, with one channel and connection per phone.</summary>
    public static async Task<LoadResult> RunClientAsync(
        LoadTarget target, IReadOnlyList<Phone> phones, LoadLimit limit, int concurrency, CancellationToken cancellation)
    {
        var channels = phones.Select(_ => target.Open()).ToList();
        var loads = phones
            .Zip(channels, (phone, channel) => new GrpcClientLoad(phone, limit, concurrency, new EncounterService.EncounterServiceClient(channel)))
            .ToList();
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(loads.Select(load => load.RunAsync(cancellation)));
        var elapsed = watch.Elapsed;
        channels.ForEach(channel => channel.Dispose());
        return Sum(elapsed, loads);
    }

    /// <summary>Runs one load on one connection. The first failure ends all loads that share <paramref name="failure"/>.</summary>
    public static void RunConnection(LoadTarget target, string path, IHttp2Load load, CancellationTokenSource failure)
    {
        using var connection = new Http2Connection(target, path, load);
        try
        {
            connection.Run(failure.Token);
        }
        catch (Exception cause)
        {
            // The other connections end too, but only the first reports the cause.
            var isFirst = !failure.IsCancellationRequested;
            failure.Cancel();
            if (isFirst)
                throw cause as LoadFailedException ?? new LoadFailedException($"A connection failed: {cause.Message}");
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
