using System.Collections.Concurrent;
using Grpc.Core;
using Outreach.Protocol.Stock.V1;

namespace Outreach.Server.Tests.Whole;

/// <summary>The process is killed in the middle of load: nothing that was acknowledged is lost, nothing is doubled.</summary>
public abstract class KillTests
{
    private const int Kills = 20;
    private const int Sites = 5;
    private const int Phones = 8;

    /// <summary>The settings that make the server use the store under test.</summary>
    protected abstract Task<string[]> SettingsAsync();

    [Fact]
    public async Task What_was_acknowledged_survives_twenty_kills_once_and_whole()
    {
        var settings = await SettingsAsync();
        var acknowledged = new Acknowledged();
        var unanswered = new ConcurrentQueue<Encounter>();
        var random = new Random(20);
        for (var kill = 0; kill < Kills; kill++)
        {
            await using var server = await ServerProcess.StartAsync(settings);
            await Field.OpenSitesAsync(server.Channel, Sites);
            using var stop = new CancellationTokenSource();
            var phones = Enumerable.Range(0, Phones).Select(phone => phone % 2 == 0
                ? LogOneByOneAsync(server, phone, acknowledged, unanswered, stop.Token)
                : SyncBatchesAsync(server, phone, acknowledged, unanswered, stop.Token)).ToArray();
            await Task.WhenAny(acknowledged.MoreAsync(random.Next(1, 500)), Task.WhenAll(phones));
            await server.KillAsync();
            await stop.CancelAsync();
            await Task.WhenAll(phones);
        }
        await using var last = await ServerProcess.StartAsync(settings);
        await SendAgainAsync(last, acknowledged, unanswered);
        await AssertCountedOnceAsync(last, acknowledged);
        Assert.Empty(await Field.VerifyAsync(last.Channel));
    }

    private static async Task LogOneByOneAsync(
        ServerProcess server, int phone, Acknowledged acknowledged, ConcurrentQueue<Encounter> unanswered, CancellationToken stop)
    {
        var stock = new StockService.StockServiceClient(server.Channel);
        while (!stop.IsCancellationRequested)
        {
            var encounter = unanswered.TryDequeue(out var again) ? again : Field.Encounter($"van-{phone % Sites}");
            try
            {
                var response = await stock.LogEncounterAsync(new LogEncounterRequest { Encounter = encounter }, cancellationToken: stop);
                acknowledged.Add(encounter);
                Assert.True(response.Answer.Outcome is Outcome.Recorded or Outcome.RecordedBefore, response.Answer.ToString());
            }
            catch (RpcException)
            {
                unanswered.Enqueue(encounter);
                return;
            }
        }
    }

    private static async Task SyncBatchesAsync(
        ServerProcess server, int phone, Acknowledged acknowledged, ConcurrentQueue<Encounter> unanswered, CancellationToken stop)
    {
        var sent = new Dictionary<string, Encounter>();
        try
        {
            using var call = new StockService.StockServiceClient(server.Channel).SyncEncounters(cancellationToken: stop);
            while (true)
            {
                var batch = new SyncEncountersRequest { Encounters = { Enumerable.Range(0, 50).Select(_ => Field.Encounter($"van-{phone % Sites}")) } };
                foreach (var encounter in batch.Encounters)
                    sent[encounter.EncounterId] = encounter;
                await call.RequestStream.WriteAsync(batch, stop);
                if (!await call.ResponseStream.MoveNext(stop))
                    throw new RpcException(Status.DefaultCancelled);
                foreach (var answer in call.ResponseStream.Current.Answers)
                {
                    Assert.Equal(Outcome.Recorded, answer.Outcome);
                    sent.Remove(answer.EncounterId, out var encounter);
                    acknowledged.Add(encounter!);
                }
            }
        }
        catch (Exception cut) when (cut is RpcException or IOException or OperationCanceledException or InvalidOperationException)
        {
            foreach (var encounter in sent.Values)
                unanswered.Enqueue(encounter);
        }
    }

    private static async Task SendAgainAsync(
        ServerProcess server, Acknowledged acknowledged, ConcurrentQueue<Encounter> unanswered)
    {
        var stock = new StockService.StockServiceClient(server.Channel);
        while (unanswered.TryDequeue(out var encounter))
        {
            var response = await stock.LogEncounterAsync(new LogEncounterRequest { Encounter = encounter });
            Assert.True(response.Answer.Outcome is Outcome.Recorded or Outcome.RecordedBefore, response.Answer.ToString());
            acknowledged.Add(encounter);
        }
    }

    private static async Task AssertCountedOnceAsync(ServerProcess server, Acknowledged acknowledged)
    {
        var overview = await Field.OverviewAsync(server.Channel);
        Assert.Equal(acknowledged.Count, overview.Total.Encounters);
        Assert.Equal(acknowledged.Count, overview.Total.Units);
        Assert.Equal(3L * acknowledged.Count, overview.Total.SyringesIn);
        foreach (var site in acknowledged.Sites.GroupBy(pair => pair.Value))
            Assert.Equal(site.Count(), overview.Rows.Single(row => row.SiteId == site.Key).Figures.Encounters);
        Assert.Equal(acknowledged.Sites.Keys.Order(), await ListedAsync(server));
    }

    private static async Task<IEnumerable<string>> ListedAsync(ServerProcess server)
    {
        var stock = new StockService.StockServiceClient(server.Channel);
        var listed = new List<string>();
        var token = "";
        do
        {
            var page = await stock.ListEncountersAsync(new ListEncountersRequest { PageSize = 1_000, PageToken = token });
            listed.AddRange(page.Encounters.Select(encounter => encounter.Encounter.EncounterId));
            token = page.NextPageToken;
        }
        while (token.Length > 0);
        return listed.Order();
    }

    /// <summary>What the server has acknowledged, and the site of each.</summary>
    private sealed class Acknowledged
    {
        private readonly ConcurrentDictionary<string, string> sites = new();
        private TaskCompletionSource enough = new();
        private int count;
        private int wanted = int.MaxValue;

        public IReadOnlyDictionary<string, string> Sites => sites;

        public int Count => sites.Count;

        public void Add(Encounter encounter)
        {
            sites[encounter.EncounterId] = encounter.SiteId;
            if (Interlocked.Increment(ref count) >= Volatile.Read(ref wanted))
                enough.TrySetResult();
        }

        /// <summary>Completes when so many more are acknowledged.</summary>
        public Task MoreAsync(int more)
        {
            enough = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Volatile.Write(ref wanted, Volatile.Read(ref count) + more);
            return enough.Task;
        }
    }
}

/// <inheritdoc/>
public sealed class KillOnSqliteTests : KillTests, IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("outreach-kill-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    protected override Task<string[]> SettingsAsync() => Task.FromResult<string[]>([$"--Outreach:DataFolder={folder}"]);
}

/// <inheritdoc/>
public sealed class KillOnPostgresTests(Postgres postgres) : KillTests, IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("outreach-kill-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    protected override async Task<string[]> SettingsAsync() =>
        [$"--Outreach:DataFolder={folder}", $"--Outreach:Postgres={await postgres.NewDatabaseAsync()}"];
}
