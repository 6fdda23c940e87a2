using System.Diagnostics;
using Outreach.Protocol.Encounters.V1;

namespace Outreach.Tool.Bench.Load;

/// <summary>LogEncounter through the ordinary .NET client: so many calls at once, each on one connection's channel.</summary>
internal sealed class GrpcClientLoad(Phone phone, LoadLimit limit, int atOnce, EncounterService.EncounterServiceClient client) : ICountingLoad
{
    private readonly Lock _gate = new();
    private int _site;

    public long Encounters { get; private set; }

    public long Units { get; private set; }

    public Latencies Latencies { get; } = new();

    public Task RunAsync(CancellationToken cancellation) =>
        Task.WhenAll(Enumerable.Range(0, atOnce).Select(_ => CallUntilLimitAsync(cancellation)));

    private async Task CallUntilLimitAsync(CancellationToken cancellation)
    {
        var request = new LogEncounterRequest { Encounter = new Encounter() };
        while (limit.Reserve(1) > 0)
        {
            lock (_gate)
            {
                phone.Next(_site, request.Encounter);
                _site = (_site + 1) % phone.Sites;
            }

            var started = Stopwatch.GetTimestamp();
            var response = await client.LogEncounterAsync(request, cancellationToken: cancellation);
            if (response.Answer?.Outcome != RecordOutcome.Recorded)
                throw new LoadFailedException($"A record was not recorded: {response.Answer}");
            lock (_gate)
            {
                Encounters++;
                Units += request.Encounter.HandedOut.Sum(line => line.Units);
                Latencies.AddSince(started);
            }
        }
    }
}
