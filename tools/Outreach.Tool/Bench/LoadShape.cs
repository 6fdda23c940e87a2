using Outreach.Tool.Bench.Load;

namespace Outreach.Tool.Bench;

/// <summary>A way of sending encounters.</summary>
/// <param name="Name">What the tables call it.</param>
/// <param name="Path">The method that is called.</param>
/// <param name="BatchSize">Encounters in a message of a stream; 0 for unary calls.</param>
/// <param name="InFlight">Calls, or messages of a stream, unanswered on a connection.</param>
/// <param name="Connections">Connections.</param>
/// <param name="UsesGrpcClient">Through the .NET client rather than the bench's own.</param>
/// <param name="Offline">Encounters and ids are up to three days old, as from phones that were offline.</param>
internal sealed record LoadShape(
    string Name, string Path, int BatchSize, int InFlight, int Connections, bool UsesGrpcClient = false, bool Offline = false)
{
    public static readonly LoadShape GrpcClient = new("unary, .NET client, 200 in flight on 8", UnaryLoad.Path, 0, 25, 8, UsesGrpcClient: true);
    public static readonly LoadShape Unary = new("unary, bare HTTP/2, 8 x 50", UnaryLoad.Path, 0, 50, 8);
    public static readonly LoadShape Batches100 = new("batches of 100, 8 streams", SyncLoad.Path, 100, 2, 8);
    public static readonly LoadShape Batches1000 = new("batches of 1,000, 4 streams", SyncLoad.Path, 1_000, 2, 4);
    public static readonly LoadShape SingleMessages = new("one at a time down 8 streams, 256 unanswered", SyncLoad.Path, 1, 256, 8);
    public static readonly LoadShape OfflinePhones = new("batches of 100, ids up to 3 days old", SyncLoad.Path, 100, 2, 8, Offline: true);

    /// <summary>Shapes that the naive peer knows too.</summary>
    public static readonly IReadOnlyList<LoadShape> ForBothServers = [GrpcClient, Unary];

    /// <summary>Shapes that only the product knows.</summary>
    public static readonly IReadOnlyList<LoadShape> ProductOnly = [SingleMessages, Batches100, Batches1000, OfflinePhones];
}

/// <summary>The phones of a contender: they keep their sequence numbers from one load to the next.</summary>
internal sealed class PhoneFleet(BenchDataSet scene)
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan ThreeDays = TimeSpan.FromDays(3);

    private readonly Phone[] _online = [.. Enumerable.Range(0, 8).Select(i => new Phone(scene, $"bench-phone-{i}", Hour))];
    private readonly Phone[] _offline = [.. Enumerable.Range(0, 8).Select(i => new Phone(scene, $"bench-late-{i}", ThreeDays, oldIds: true))];

    /// <summary>Sends encounters in a shape until the limit.</summary>
    public Task<LoadResult> SendAsync(Contender to, LoadShape shape, LoadLimit limit, CancellationToken cancellation)
    {
        var phones = (shape.Offline ? _offline : _online)[..shape.Connections];
        if (shape.UsesGrpcClient)
            return LoadRunner.RunClientAsync(to.Target, phones, limit, shape.InFlight, cancellation);
        return shape.BatchSize == 0
            ? LoadRunner.RunAsync(to.Target, shape.Path, [.. phones.Select(phone => new UnaryLoad(phone, limit, shape.InFlight))], cancellation)
            : LoadRunner.RunAsync(to.Target, shape.Path, [.. phones.Select(phone => new SyncLoad(phone, limit, shape.BatchSize, shape.InFlight))], cancellation);
    }
}
