using Outreach.Tool.Bench.Load;

namespace Outreach.Tool.Bench;

/// <summary>A way of sending encounters.</summary>
/// <param name="Name">The name in the tables.</param>
/// <param name="Path">The path of the gRPC method.</param>
/// <param name="BatchSize">Encounters per message of a stream; 0 for unary calls.</param>
/// <param name="InFlight">Unanswered calls or messages per connection.</param>
/// <param name="Connections">The number of connections.</param>
/// <param name="UsesGrpcClient">True to use the .NET gRPC client instead of the bench's HTTP/2 client.</param>
/// <param name="Offline">True for encounters and ids up to three days old, as from phones that were offline.</param>
internal sealed record LoadShape(
    string Name, string Path, int BatchSize, int InFlight, int Connections, bool UsesGrpcClient = false, bool Offline = false)
{
    public static readonly LoadShape GrpcClient = new("unary, .NET client, 200 in flight on 8", UnaryLoad.Path, 0, 25, 8, UsesGrpcClient: true);
    public static readonly LoadShape Unary = new("unary, bare HTTP/2, 8 x 50", UnaryLoad.Path, 0, 50, 8);
    public static readonly LoadShape Batches100 = new("batches of 100, 8 streams", SyncLoad.Path, 100, 2, 8);
    public static readonly LoadShape Batches1000 = new("batches of 1,000, 4 streams", SyncLoad.Path, 1_000, 2, 4);
    public static readonly LoadShape SingleMessages = new("one at a time down 8 streams, 256 unanswered", SyncLoad.Path, 1, 256, 8);
    public static readonly LoadShape OfflinePhones = new("batches of 100, ids up to 3 days old", SyncLoad.Path, 100, 2, 8, Offline: true);

    /// <summary>The shapes that both servers support.</summary>
    public static readonly IReadOnlyList<LoadShape> ForBothServers = [GrpcClient, Unary];

    /// <summary>The shapes that only the product supports.</summary>
    public static readonly IReadOnlyList<LoadShape> ProductOnly = [SingleMessages, Batches100, Batches1000, OfflinePhones];
}
