using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using Google.Rpc;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Outreach.Protocol.Access.V1;
using Outreach.Protocol.Reports.V1;
using Outreach.Protocol.Sites.V1;
using Outreach.Protocol.Encounters.V1;
using Outreach.Protocol.Stock.V1;
using Outreach.Server.Hosting;
using Outreach.Server.Rpc;
using Outreach.Server.Tests.Whole;
using Syncing = Outreach.Server.Stock.Syncing;

namespace Outreach.Server.Tests.Hosting;

/// <summary>Nobody can take the server from the others, by asking too often, opening too much, or not listening.</summary>
public sealed class LimitTests : IAsyncDisposable
{
    private const int CallsOfDevice = 10;

    /// <summary>Far longer than any takes: whoever waits here for what does not come says so.</summary>
    private static readonly TimeSpan Hangs = TimeSpan.FromMinutes(4);

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("outreach-limits-");
    private readonly List<RunningServer> started = [];

    private readonly CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

    public LimitTests() => limit.CancelAfter(Hangs);

    private CancellationToken Cancel => limit.Token;

    [Fact]
    public async Task A_device_that_calls_without_pause_is_told_when_to_try_again_and_the_others_are_answered()
    {
        var server = await StartAsync($"--Outreach:CallsPerSecond={5 * CallsOfDevice}");
        using var other = (await EnrollAsync(server)).Open(server.Grpc);
        var eager = new SiteService.SiteServiceClient(server.Channel);

        var refused = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            while (true)
                await Task.WhenAll(Enumerable.Range(0, CallsOfDevice).Select(_ => eager.ListSitesAsync(new ListSitesRequest(), cancellationToken: Cancel).ResponseAsync));
        });

        Assert.Equal(StatusCode.ResourceExhausted, refused.StatusCode);
        Assert.Contains($"At most {CallsOfDevice} calls a second are taken from one device.", refused.Status.Detail, StringComparison.Ordinal);
        Assert.InRange(refused.GetRpcStatus()!.GetDetail<RetryInfo>()!.RetryDelay.ToTimeSpan(), TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(2));
        await new SiteService.SiteServiceClient(other).ListSitesAsync(new ListSitesRequest(), cancellationToken: Cancel);
    }

    [Fact]
    public async Task A_device_may_have_so_many_streams_open_and_a_stream_that_ends_makes_room()
    {
        var server = await StartAsync("--Outreach:CallsPerSecond=1000");
        var overview = new OverviewService.OverviewServiceClient(server.Channel);
        var open = new List<AsyncServerStreamingCall<WatchOverviewResponse>>();
        for (var i = 0; i < CallLimits.MostStreams; i++)
        {
            open.Add(overview.WatchOverview(new WatchOverviewRequest()));
            Assert.True(await open[^1].ResponseStream.MoveNext(Cancel));
        }

        Assert.Equal(StatusCode.ResourceExhausted, (await Assert.ThrowsAsync<RpcException>(BeginAsync)).StatusCode);
        open[0].Dispose();
        await Eventually.AssertAsync(async () =>
        {
            try
            {
                return await BeginAsync();
            }
            catch (RpcException refused) when (refused.StatusCode == StatusCode.ResourceExhausted)
            {
                return false;
            }
        });
        open.ForEach(call => call.Dispose());

        async Task<bool> BeginAsync()
        {
            using var call = overview.WatchOverview(new WatchOverviewRequest());
            return await call.ResponseStream.MoveNext(Cancel);
        }
    }

    [Fact]
    public async Task One_address_cannot_take_all_connections()
    {
        var server = await StartAsync();
        var web = new Uri(server.Web);
        var open = new List<Socket>();
        try
        {
            for (var i = 0; i <= ConnectionLimit.MostPerAddress; i++)
            {
                open.Add(new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
                await open[^1].ConnectAsync(IPAddress.Loopback, web.Port, Cancel);
            }

            // Which of those that came at once is the one too many is chance.
            var closed = await Task.WhenAny(open.Select(socket => socket.ReceiveAsync(new byte[1], Cancel).AsTask()));
            Assert.Equal(0, await closed);
        }
        finally
        {
            open.ForEach(socket => socket.Dispose());
        }

        using var browser = new HttpClient();
        await Eventually.AssertAsync(async () =>
        {
            try
            {
                return (await browser.GetAsync(new Uri(web, "healthz"), Cancel)).IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        });
    }

    [Fact]
    public async Task Who_does_not_read_is_cut_off_and_the_others_go_on()
    {
        var time = new ShortTime(CuttingWriter<WatchStockResponse>.MostWait);
        var server = await StartAsync(services => services.AddSingleton<TimeProvider>(time));
        await Field.OpenSitesAsync(server.Channel, 1);
        using var deaf = server.Administrator.Open(server.Grpc);
        using var call = new StockService.StockServiceClient(deaf).WatchStock(new WatchStockRequest { SiteId = "van-0" }, cancellationToken: Cancel);
        Assert.True(await call.ResponseStream.MoveNext(Cancel));
        var cut = new TaskCompletionSource();
        using var meter = Listen("reading", cut);
        using var sync = new EncounterService.EncounterServiceClient(server.Channel).SyncEncounters(cancellationToken: Cancel);
        while (!cut.Task.IsCompleted)
        {
            await sync.RequestStream.WriteAsync(new SyncEncountersRequest { Encounters = { Enumerable.Range(0, 200).Select(_ => Field.Encounter()) } }, Cancel);
            Assert.True(await sync.ResponseStream.MoveNext(Cancel));
        }

        var ended = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            while (await call.ResponseStream.MoveNext(Cancel))
                Assert.NotEmpty(call.ResponseStream.Current.Movements);
        });
        Assert.DoesNotContain(ended.StatusCode, new[] { StatusCode.OK, StatusCode.ResourceExhausted });
    }

    [Fact]
    public async Task A_device_that_says_nothing_for_long_is_asked_to_open_another_stream_when_it_has_something()
    {
        var server = await StartAsync(services => services.AddSingleton<TimeProvider>(new ShortTime(Syncing.MostSilence)));
        using var sync = new EncounterService.EncounterServiceClient(server.Channel).SyncEncounters(cancellationToken: Cancel);

        var ended = await Assert.ThrowsAsync<RpcException>(() => sync.ResponseStream.MoveNext(Cancel));

        Assert.Equal((StatusCode.DeadlineExceeded, "Nothing was sent for 10 minutes. Open another stream to send more."), (ended.StatusCode, ended.Status.Detail));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in started)
            await server.DisposeAsync();
        folder.Delete(recursive: true);
        limit.Dispose();
    }

    private async Task<Session> EnrollAsync(RunningServer server)
    {
        var made = await new PeopleService.PeopleServiceClient(server.Channel).CreateEnrollmentCodeAsync(
            new CreateEnrollmentCodeRequest { PersonId = server.Administrator.Person.PersonId }, cancellationToken: Cancel);
        return await Session.EnrollAsync(server.Grpc, made.Code);
    }

    private Task<RunningServer> StartAsync(params string[] settings) => StartAsync(null, settings);

    private async Task<RunningServer> StartAsync(Action<IServiceCollection>? instead, params string[] settings)
    {
        started.Add(await RunningServer.StartAsync(instead, [$"--Outreach:DataFolder={folder.FullName}", .. settings]));
        return started[^1];
    }

    /// <summary>Hears of the first thing that was beyond a limit.</summary>
    private static MeterListener Listen(string limit, TaskCompletionSource heard)
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument == Instruments.Limited)
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((_, _, tags, _) =>
        {
            foreach (var (_, value) in tags)
            {
                if ((string?)value == limit)
                    heard.TrySetResult();
            }
        });
        listener.Start();
        return listener;
    }

    /// <summary>The time, but one span of it takes two seconds: longer than anything takes that does not wait.</summary>
    private sealed class ShortTime(TimeSpan span) : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            System.CreateTimer(callback, state, dueTime == span ? TimeSpan.FromSeconds(2) : dueTime, period);
    }
}
