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
using Outreach.Server.Tests.EndToEnd;
using DeviceLimiter = Outreach.Server.Access.DeviceLimiter;
using SyncSession = Outreach.Server.Encounters.Sync.SyncSession;

namespace Outreach.Server.Tests.Hosting;

/// <summary>Nobody can take the server from the others, by asking too often, opening too much, or not listening.</summary>
public sealed class LimitTests : IAsyncDisposable
{
    private const int CallsPerDevice = 10;

    /// <summary>Far longer than any takes: whoever waits here for what does not come says so.</summary>
    private static readonly TimeSpan TestTimeout = TimeSpan.FromMinutes(4);

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("outreach-limits-");
    private readonly List<RunningServer> started = [];

    private readonly CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

    public LimitTests() => limit.CancelAfter(TestTimeout);

    private CancellationToken Cancel => limit.Token;

    [Fact]
    public async Task A_device_over_its_rate_limit_gets_a_retry_delay_and_others_are_served()
    {
        var server = await StartAsync($"--Outreach:CallsPerSecond={5 * CallsPerDevice}");
        using var other = (await EnrollAsync(server)).OpenChannel(server.GrpcAddress);
        var eager = new SiteService.SiteServiceClient(server.Channel);

        var refused = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            while (true)
                await Task.WhenAll(Enumerable.Range(0, CallsPerDevice).Select(_ => eager.ListSitesAsync(new ListSitesRequest(), cancellationToken: Cancel).ResponseAsync));
        });

        Assert.Equal(StatusCode.ResourceExhausted, refused.StatusCode);
        Assert.Contains($"At most {CallsPerDevice} calls a second are taken from one device.", refused.Status.Detail, StringComparison.Ordinal);
        Assert.InRange(refused.GetRpcStatus()!.GetDetail<RetryInfo>()!.RetryDelay.ToTimeSpan(), TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(2));
        await new SiteService.SiteServiceClient(other).ListSitesAsync(new ListSitesRequest(), cancellationToken: Cancel);
    }

    [Fact]
    public async Task Open_streams_per_device_are_limited_and_closing_one_makes_room()
    {
        var server = await StartAsync("--Outreach:CallsPerSecond=1000");
        var overview = new OverviewService.OverviewServiceClient(server.Channel);
        var open = new List<AsyncServerStreamingCall<WatchOverviewResponse>>();
        for (var i = 0; i < DeviceLimiter.MaxStreams; i++)
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
        var web = new Uri(server.WebAddress);
        var open = new List<Socket>();
        try
        {
            for (var i = 0; i <= ConnectionLimit.MaxPerAddress; i++)
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
    public async Task A_client_that_does_not_read_is_disconnected_and_others_continue()
    {
        var time = new ShortenedTimeProvider(SlowReaderGuard<WatchStockResponse>.WriteTimeout);
        var server = await StartAsync(services => services.AddSingleton<TimeProvider>(time));
        await ApiSteps.OpenSitesAsync(server.Channel, 1);
        using var deaf = server.Administrator.OpenChannel(server.GrpcAddress);
        using var call = new StockService.StockServiceClient(deaf).WatchStock(new WatchStockRequest { SiteId = "van-0" }, cancellationToken: Cancel);
        Assert.True(await call.ResponseStream.MoveNext(Cancel));
        var cut = new TaskCompletionSource();
        using var meter = ListenForLimit("reading", cut);
        using var sync = new EncounterService.EncounterServiceClient(server.Channel).SyncEncounters(cancellationToken: Cancel);
        while (!cut.Task.IsCompleted)
        {
            await sync.RequestStream.WriteAsync(new SyncEncountersRequest { Encounters = { Enumerable.Range(0, 200).Select(_ => ApiSteps.Encounter()) } }, Cancel);
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
    public async Task A_silent_sync_stream_is_closed_after_its_idle_timeout()
    {
        var server = await StartAsync(services => services.AddSingleton<TimeProvider>(new ShortenedTimeProvider(SyncSession.IdleTimeout)));
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

    private async Task<SignedInUser> EnrollAsync(RunningServer server)
    {
        var made = await new PeopleService.PeopleServiceClient(server.Channel).CreateEnrollmentCodeAsync(
            new CreateEnrollmentCodeRequest { PersonId = server.Administrator.Person.PersonId }, cancellationToken: Cancel);
        return await SignedInUser.EnrollAsync(server.GrpcAddress, made.Code);
    }

    private Task<RunningServer> StartAsync(params string[] settings) => StartAsync(null, settings);

    private async Task<RunningServer> StartAsync(Action<IServiceCollection>? instead, params string[] settings)
    {
        started.Add(await RunningServer.StartAsync(instead, [$"--Outreach:DataFolder={folder.FullName}", .. settings]));
        return started[^1];
    }

    /// <summary>Hears of the first thing that was beyond a limit.</summary>
    private static MeterListener ListenForLimit(string limit, TaskCompletionSource heard)
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument == Instruments.LimitedCalls)
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
    private sealed class ShortenedTimeProvider(TimeSpan span) : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            System.CreateTimer(callback, state, dueTime == span ? TimeSpan.FromSeconds(2) : dueTime, period);
    }
}
