using System.Collections.Concurrent;
using Grpc.Core;
using Outreach.Protocol.Encounters.V1;

namespace Outreach.Server.Tests.EndToEnd;

/// <summary>Simulated phones that log encounters until the connection is lost, and remember what was acknowledged.</summary>
internal sealed class PhoneLoad
{
    private const int Sites = 5;
    private const int Batch = 50;

    private static readonly TimeSpan ResendTimeout = TimeSpan.FromSeconds(90);

    private readonly ConcurrentDictionary<string, string> acknowledged = new();
    private readonly ConcurrentQueue<Encounter> unansweredEncounters = new();
    private TaskCompletionSource reachedTarget = new();
    private int count;
    private int target = int.MaxValue;

    /// <summary>The number of acknowledged encounters.</summary>
    public int Acknowledged => acknowledged.Count;

    public static Task OpenSitesAsync(ServerProcess server) => ApiSteps.OpenSitesAsync(server.Channel, Sites);

    /// <summary>Returns a task that completes when <paramref name="more"/> more encounters have been acknowledged.</summary>
    public Task WaitForMoreAsync(int more)
    {
        reachedTarget = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref target, Volatile.Read(ref count) + more);
        return reachedTarget.Task;
    }

    /// <summary>Starts phones, half of which send batches. Each stops when its connection is lost.</summary>
    public IEnumerable<Task> StartPhones(ServerProcess server, int phones, CancellationToken stop) => Enumerable.Range(0, phones).Select(phone =>
        phone % 2 == 0 ? LogOneByOneAsync(server, phone, stop) : SyncBatchesAsync(server, phone, stop));

    /// <summary>Resends unanswered encounters until they are acknowledged.</summary>
    public async Task ResendAsync(ServerProcess server)
    {
        var encounters = new EncounterService.EncounterServiceClient(server.Channel);
        var deadline = DateTime.UtcNow + ResendTimeout;
        while (unansweredEncounters.TryDequeue(out var encounter))
        {
            try
            {
                Acknowledge(encounter, (await encounters.LogEncounterAsync(new LogEncounterRequest { Encounter = encounter })).Result);
            }
            catch (RpcException failure) when (failure.StatusCode is StatusCode.Unavailable or StatusCode.Aborted && DateTime.UtcNow < deadline)
            {
                unansweredEncounters.Enqueue(encounter);
            }
        }
    }

    /// <summary>Asserts that exactly the acknowledged encounters are counted, each once and at its site, and listed.</summary>
    public async Task AssertCountedOnceAsync(ServerProcess server)
    {
        var overview = await ApiSteps.GetOverviewAsync(server.Channel);
        Assert.Equal(Acknowledged, overview.Total.Encounters);
        Assert.Equal(Acknowledged, overview.Total.UnitsDistributed);
        Assert.Equal(3L * Acknowledged, overview.Total.SyringesReturned);
        foreach (var site in acknowledged.GroupBy(pair => pair.Value))
            Assert.Equal(site.Count(), overview.Rows.Single(row => row.SiteId == site.Key).Figures.Encounters);
        Assert.Equal(acknowledged.Keys.Order(), await ListIdsAsync(server));
    }

    private async Task LogOneByOneAsync(ServerProcess server, int phone, CancellationToken stop)
    {
        var encounters = new EncounterService.EncounterServiceClient(server.Channel);
        while (!stop.IsCancellationRequested)
        {
            var encounter = unansweredEncounters.TryDequeue(out var unanswered) ? unanswered : ApiSteps.Encounter($"van-{phone % Sites}");
            try
            {
                Acknowledge(encounter, (await encounters.LogEncounterAsync(new LogEncounterRequest { Encounter = encounter }, cancellationToken: stop)).Result);
            }
            catch (RpcException)
            {
                unansweredEncounters.Enqueue(encounter);
                return;
            }
        }
    }

    private async Task SyncBatchesAsync(ServerProcess server, int phone, CancellationToken stop)
    {
        var sent = new Dictionary<string, Encounter>();
        try
        {
            using var call = new EncounterService.EncounterServiceClient(server.Channel).SyncEncounters(cancellationToken: stop);
            while (true)
            {
                var batch = new SyncEncountersRequest { Encounters = { Enumerable.Range(0, Batch).Select(_ => ApiSteps.Encounter($"van-{phone % Sites}")) } };
                foreach (var encounter in batch.Encounters)
                    sent[encounter.EncounterId] = encounter;
                await call.RequestStream.WriteAsync(batch, stop);
                if (!await call.ResponseStream.MoveNext(stop))
                    throw new RpcException(Status.DefaultCancelled);
                foreach (var answer in call.ResponseStream.Current.Results)
                {
                    sent.Remove(answer.EncounterId, out var encounter);
                    Acknowledge(encounter!, answer);
                }
            }
        }
        catch (Exception failure) when (failure is RpcException or IOException or OperationCanceledException or InvalidOperationException)
        {
            foreach (var encounter in sent.Values)
                unansweredEncounters.Enqueue(encounter);
        }
    }

    private void Acknowledge(Encounter encounter, EncounterResult answer)
    {
        Assert.True(answer.Outcome is RecordOutcome.Recorded or RecordOutcome.AlreadyRecorded, answer.ToString());
        acknowledged[encounter.EncounterId] = encounter.SiteId;
        if (Interlocked.Increment(ref count) >= Volatile.Read(ref target))
            reachedTarget.TrySetResult();
    }

    private static async Task<IEnumerable<string>> ListIdsAsync(ServerProcess server)
    {
        var encounters = new EncounterService.EncounterServiceClient(server.Channel);
        var listed = new List<string>();
        var token = "";
        do
        {
            var page = await encounters.ListEncountersAsync(new ListEncountersRequest { PageSize = 1_000, PageToken = token });
            listed.AddRange(page.Encounters.Select(encounter => encounter.Encounter.EncounterId));
            token = page.NextPageToken;
        }
        while (token.Length > 0);
        return listed.Order();
    }
}
