using System.Threading.Channels;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Outreach.Protocol.Reports.V1;
using Outreach.Web.Reports;
using Outreach.Web.Shell.Connection;
using static Outreach.Web.Tests.Reports.OverviewResponses;

namespace Outreach.Web.Tests.Reports;

public sealed class OverviewWatchTests : IDisposable
{
    private readonly CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly FakeServer server = new();
    private readonly ManualTimeProvider time = new();

    public void Dispose()
    {
        stop.Cancel();
        stop.Dispose();
    }

    [Fact]
    public async Task It_resumes_from_the_last_position_and_keeps_the_figures()
    {
        var watch = Start();
        var first = await server.NextCallAsync();
        first.Send(FirstState("5", Row("a", "2026-03-01", 3)));
        await server.UntilAsync(() => watch.Snapshot.IsLoaded);

        first.Fail(StatusCode.Unavailable);
        await server.UntilAsync(() => watch.Connection is ConnectionState.Lost);
        Assert.Equal(3, watch.Snapshot.Total.Contacts);
        watch.TryNow();

        var second = await server.NextCallAsync();
        Assert.Equal("5", second.Request.AfterPosition);
        second.Send(Change("6", Row("a", "2026-03-01", 4)));
        await server.UntilAsync(() => watch.Snapshot.Total.Contacts == 4);
        await server.UntilAsync(() => watch.Connection is ConnectionState.Live);
    }

    [Fact]
    public async Task A_stream_that_ends_without_an_error_is_opened_again()
    {
        var watch = Start();
        var first = await server.NextCallAsync();
        first.Send(FirstState("5"));
        first.End();

        await server.UntilAsync(() => watch.Connection is ConnectionState.Lost);
        watch.TryNow();
        Assert.Equal("5", (await server.NextCallAsync()).Request.AfterPosition);
    }

    [Fact]
    public async Task Too_many_rows_by_site_are_requested_again_without_sites()
    {
        var watch = Start();
        (await server.NextCallAsync()).Fail(StatusCode.ResourceExhausted);

        var second = await server.NextCallAsync();
        Assert.False(second.Request.Query.BySite);
        second.Send(FirstState("5"));
        await server.UntilAsync(() => watch.Snapshot.IsLoaded);
        Assert.Equal(new ConnectionState.Live(BySite: false), watch.Connection);
    }

    [Fact]
    public async Task A_busy_server_is_asked_the_same_again_later()
    {
        var watch = Start();
        (await server.NextCallAsync()).Fail(new Google.Rpc.Status
        {
            Code = (int)StatusCode.ResourceExhausted,
            Details = { Any.Pack(new Google.Rpc.RetryInfo { RetryDelay = Duration.FromTimeSpan(TimeSpan.FromSeconds(1)) }) },
        }.ToRpcException());

        await server.UntilAsync(() => watch.Connection is ConnectionState.Lost);
        watch.TryNow();
        Assert.True((await server.NextCallAsync()).Request.Query.BySite);
    }

    [Fact]
    public async Task A_position_that_the_server_refuses_is_discarded()
    {
        var watch = Start();
        var first = await server.NextCallAsync();
        first.Send(FirstState("5", Row("a", "2026-03-01", 3)));
        await server.UntilAsync(() => watch.Snapshot.IsLoaded);

        first.Fail(StatusCode.OutOfRange);
        await server.UntilAsync(() => watch.Connection is ConnectionState.Lost);
        watch.TryNow();

        Assert.Equal("", (await server.NextCallAsync()).Request.AfterPosition);
    }

    [Fact]
    public async Task A_refusal_shows_the_servers_message_and_is_not_retried()
    {
        var watch = Start();
        (await server.NextCallAsync()).Fail(StatusCode.InvalidArgument, "There is no such day.");

        await server.UntilAsync(() => watch.Connection is ConnectionState.Refused);
        Assert.Equal(new ConnectionState.Refused("There is no such day."), watch.Connection);
    }

    [Fact]
    public async Task After_UNAUTHENTICATED_the_figures_are_cleared_and_the_watch_is_opened_once_more()
    {
        var watch = Start();
        var first = await server.NextCallAsync();
        first.Send(FirstState("5", Row("a", "2026-03-01", 3)));
        await server.UntilAsync(() => watch.Snapshot.IsLoaded);

        first.Fail(StatusCode.Unauthenticated);
        var second = await server.NextCallAsync();
        Assert.False(watch.Snapshot.IsLoaded);
        Assert.Equal("", second.Request.AfterPosition);
        second.Fail(StatusCode.Unauthenticated, "Nobody is signed in.");

        await server.UntilAsync(() => watch.Connection is ConnectionState.Refused);
    }

    [Fact]
    public async Task It_retries_when_the_delay_is_over()
    {
        var watch = Start();
        (await server.NextCallAsync()).Fail(StatusCode.Unavailable);
        await server.UntilAsync(() => watch.Connection is ConnectionState.Lost);

        time.Advance(((ConnectionState.Lost)watch.Connection).NextAttempt - time.GetUtcNow());

        await server.NextCallAsync();
    }

    [Fact]
    public async Task Delays_grow_while_streams_open_without_a_message()
    {
        var watch = Start();
        var delays = new List<TimeSpan>();
        for (var attempt = 1; attempt <= 5; attempt++)
        {
            (await server.NextCallAsync()).Fail(StatusCode.Unavailable);
            await server.UntilAsync(() => watch.Connection is ConnectionState.Lost lost && lost.NextAttempt > time.GetUtcNow());
            delays.Add(((ConnectionState.Lost)watch.Connection).NextAttempt - time.GetUtcNow());
            time.Advance(delays[^1]);
        }

        // Even with jitter, each delay is longer than the one before. The connection was never live.
        Assert.Equal(delays.Order(), delays);
        Assert.Null(watch.LastHeard);
    }

    [Fact]
    public async Task A_silent_stream_is_reopened_without_showing_a_loss()
    {
        var watch = Start();
        (await server.NextCallAsync()).Send(FirstState("5"));
        await server.UntilAsync(() => watch.Snapshot.IsLoaded);

        time.Advance(OverviewWatch.IdleTimeout);

        Assert.Equal("5", (await server.NextCallAsync()).Request.AfterPosition);
        Assert.IsType<ConnectionState.Live>(watch.Connection);
    }

    [Fact]
    public async Task A_server_that_does_not_open_a_stream_in_time_is_lost()
    {
        server.AnswersCalls = false;
        var watch = Start();
        await server.NextCallAsync();

        time.Advance(OverviewWatch.OpenTimeout);

        await server.UntilAsync(() => watch.Connection is ConnectionState.Lost);
    }

    [Theory]
    [InlineData(1, 0.5)]
    [InlineData(2, 1)]
    [InlineData(5, 8)]
    [InlineData(6, 15)]
    [InlineData(1_000_000, 15)]
    public void Delays_grow_to_fifteen_seconds_and_are_jittered(int failures, double seconds)
    {
        Assert.Equal(TimeSpan.FromSeconds(seconds), Backoff.DelayAfter(failures, 0.5));
        Assert.Equal(TimeSpan.FromSeconds(seconds * 0.75), Backoff.DelayAfter(failures, 0));
        Assert.Equal(TimeSpan.FromSeconds(seconds * 1.25), Backoff.DelayAfter(failures, 1));
    }

    private OverviewWatch Start()
    {
        var watch = new OverviewWatch(new OverviewFilter(Period.All, null), server.Open, time, server.Changed);
        _ = watch.RunAsync(stop.Token);
        return watch;
    }

    /// <summary>A server whose streams a test controls.</summary>
    private sealed class FakeServer
    {
        private readonly Channel<Call> calls = Channel.CreateUnbounded<Call>();
        private readonly Channel<bool> changes = Channel.CreateUnbounded<bool>();

        /// <summary>Whether calls get response headers.</summary>
        public bool AnswersCalls { get; set; } = true;

        public AsyncServerStreamingCall<WatchOverviewResponse> Open(WatchOverviewRequest request, CancellationToken cancel)
        {
            var call = new Call(request);
            calls.Writer.TryWrite(call);
            return new AsyncServerStreamingCall<WatchOverviewResponse>(
                call, AnswersCalls ? Task.FromResult(new Metadata()) : new TaskCompletionSource<Metadata>().Task, () => Status.DefaultSuccess, () => [], () => { });
        }

        public void Changed() => changes.Writer.TryWrite(true);

        public Task<Call> NextCallAsync() => calls.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask();

        /// <summary>Waits for changes until a condition is true.</summary>
        public async Task UntilAsync(Func<bool> condition)
        {
            while (!condition())
                await changes.Reader.ReadAsync(TestContext.Current.CancellationToken);
        }
    }

    private sealed class Call(WatchOverviewRequest request) : IAsyncStreamReader<WatchOverviewResponse>
    {
        private readonly Channel<WatchOverviewResponse> responses = Channel.CreateUnbounded<WatchOverviewResponse>();

        public WatchOverviewRequest Request { get; } = request;

        public WatchOverviewResponse Current { get; private set; } = new();

        public void Send(WatchOverviewResponse response) => responses.Writer.TryWrite(response);

        public void End() => responses.Writer.TryComplete();

        public void Fail(StatusCode code, string detail = "") => Fail(new RpcException(new Status(code, detail)));

        public void Fail(RpcException failure) => responses.Writer.TryComplete(failure);

        public async Task<bool> MoveNext(CancellationToken cancellationToken)
        {
            if (!await responses.Reader.WaitToReadAsync(cancellationToken))
                return false;
            Current = await responses.Reader.ReadAsync(cancellationToken);
            return true;
        }
    }
}
