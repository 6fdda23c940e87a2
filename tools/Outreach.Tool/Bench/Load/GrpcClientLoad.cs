using System.Diagnostics;
using Outreach.Protocol.Encounters.V1;

namespace Outreach.Tool.Bench.Load;

/// <summary>Sends LogEncounter calls through the .NET gRPC client, several at once on one channel.</summary>
internal sealed class GrpcClientLoad(Phone phone, LoadLimit limit, int concurrency, EncounterService.EncounterServiceClient client) : ICountingLoad
{
    private readonly Lock _lock = new();
    private int _site;

    public long Encounters { get; private set; }

    public long Units { get; private set; }

    public Latencies Latencies { get; } = new();

    public Task RunAsync(CancellationToken cancellation) =>
        Task.WhenAll(Enumerable.Range(0, concurrency).Select(_ => CallUntilLimitAsync(cancellation)));

    private async Task CallUntilLimitAsync(CancellationToken cancellation)
    {
        var request = new LogEncounterRequest { Encounter = new Encounter() };
        while (limit.Reserve(1) > 0)
        {
            lock (_lock)
            {
                phone.Next(_site, request.Encounter);
                _site = (_site + 1) % phone.Sites;
            }

            var started = Stopwatch.GetTimestamp();
            var response = await client.LogEncounterAsync(request, cancellationToken: cancellation);
            if (response.Result?.Outcome != RecordOutcome.Recorded)
                throw new LoadFailedException($"An encounter was not recorded: {response.Result}");
            lock (_lock)
            {
                Encounters++;
                Units += request.Encounter.HandedOut.Sum(line => line.Units);
                Latencies.AddSince(started);
            }
        }
    }
}
