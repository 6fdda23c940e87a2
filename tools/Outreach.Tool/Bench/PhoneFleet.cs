using Outreach.Tool.Bench.Load;

namespace Outreach.Tool.Bench;

/// <summary>The simulated phones of one server. Their sequence numbers continue from one load to the next.</summary>
internal sealed class PhoneFleet(BenchDataSet dataSet)
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan ThreeDays = TimeSpan.FromDays(3);

    private readonly Phone[] _onlinePhones = [.. Enumerable.Range(0, 8).Select(i => new Phone(dataSet, $"bench-phone-{i}", Hour))];
    private readonly Phone[] _offlinePhones = [.. Enumerable.Range(0, 8).Select(i => new Phone(dataSet, $"bench-late-{i}", ThreeDays, oldIds: true))];

    /// <summary>Sends encounters with a load shape until the limit is reached.</summary>
    public Task<LoadResult> SendAsync(Contender to, LoadShape shape, LoadLimit limit, CancellationToken cancellation)
    {
        var phones = (shape.Offline ? _offlinePhones : _onlinePhones)[..shape.Connections];
        if (shape.UsesGrpcClient)
            return LoadRunner.RunClientAsync(to.Target, phones, limit, shape.InFlight, cancellation);
        return shape.BatchSize == 0
            ? LoadRunner.RunAsync(to.Target, shape.Path, [.. phones.Select(phone => new UnaryLoad(phone, limit, shape.InFlight))], cancellation)
            : LoadRunner.RunAsync(to.Target, shape.Path, [.. phones.Select(phone => new SyncLoad(phone, limit, shape.BatchSize, shape.InFlight))], cancellation);
    }
}
