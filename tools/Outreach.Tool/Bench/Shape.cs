using Outreach.Tool.Bench.Load;

namespace Outreach.Tool.Bench;

/// <summary>A way of sending encounters.</summary>
/// <param name="Name">What the tables call it.</param>
/// <param name="Path">The method that is called.</param>
/// <param name="Batch">Encounters in a message of a stream; 0 for unary calls.</param>
/// <param name="AtOnce">Calls, or messages of a stream, unanswered on a connection.</param>
/// <param name="Connections">Connections.</param>
/// <param name="OrdinaryClient">Through the .NET client rather than the bench's own.</param>
/// <param name="Offline">Encounters and ids are up to three days old, as from phones that were offline.</param>
internal sealed record Shape(
    string Name, string Path, int Batch, int AtOnce, int Connections, bool OrdinaryClient = false, bool Offline = false)
{
    public static readonly Shape Client = new("unary, .NET client, 200 in flight on 8", UnaryLoad.Path, 0, 25, 8, OrdinaryClient: true);
    public static readonly Shape Unary = new("unary, bare HTTP/2, 8 x 50", UnaryLoad.Path, 0, 50, 8);
    public static readonly Shape Batches100 = new("batches of 100, 8 streams", SyncLoad.Path, 100, 2, 8);
    public static readonly Shape Batches1000 = new("batches of 1,000, 4 streams", SyncLoad.Path, 1_000, 2, 4);
    public static readonly Shape Singles = new("one at a time down 8 streams, 256 unanswered", SyncLoad.Path, 1, 256, 8);
    public static readonly Shape OfflinePhones = new("batches of 100, ids up to 3 days old", SyncLoad.Path, 100, 2, 8, Offline: true);

    /// <summary>Shapes that the naive peer knows too.</summary>
    public static readonly IReadOnlyList<Shape> Both = [Client, Unary];

    /// <summary>Shapes that only the product knows.</summary>
    public static readonly IReadOnlyList<Shape> ProductOnly = [Singles, Batches100, Batches1000, OfflinePhones];
}

/// <summary>The phones of a contender: they keep their sequence numbers from one load to the next.</summary>
internal sealed class Fleet(Scene scene)
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan ThreeDays = TimeSpan.FromDays(3);

    private readonly Phone[] _online = [.. Enumerable.Range(0, 8).Select(i => new Phone(scene, $"bench-phone-{i}", Hour))];
    private readonly Phone[] _offline = [.. Enumerable.Range(0, 8).Select(i => new Phone(scene, $"bench-late-{i}", ThreeDays, oldIds: true))];

    /// <summary>Sends encounters in a shape until the limit.</summary>
    public Task<LoadResult> SendAsync(Contender to, Shape shape, LoadLimit limit, CancellationToken cancellation)
    {
        var phones = (shape.Offline ? _offline : _online)[..shape.Connections];
        if (shape.OrdinaryClient)
            return LoadRunner.RunClientAsync(to.Target, phones, limit, shape.AtOnce, cancellation);
        return shape.Batch == 0
            ? LoadRunner.RunAsync(to.Target, shape.Path, [.. phones.Select(phone => new UnaryLoad(phone, limit, shape.AtOnce))], cancellation)
            : LoadRunner.RunAsync(to.Target, shape.Path, [.. phones.Select(phone => new SyncLoad(phone, limit, shape.Batch, shape.AtOnce))], cancellation);
    }
}
