using System.Threading.Channels;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Outreach.Protocol.Reports.V1;
using Outreach.Web.Reports;
using static Outreach.Web.Tests.Reports.Rows;

namespace Outreach.Web.Tests.Reports;

public sealed class OverviewWatchTests : IDisposable
{
    private readonly CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly Line line = new();
    private readonly ManualTime time = new();

    public void Dispose()
    {
        stop.Cancel();
        stop.Dispose();
    }

    [Fact]
    public async Task It_comes_back_from_the_last_position_and_keeps_what_was_shown()
    {
        var watch = Start();
        var first = await line.NextCallAsync();
        first.Send(First("5", Row("a", "2026-03-01", 3)));
        await line.UntilAsync(() => watch.Picture.Complete);

        first.Fail(StatusCode.Unavailable);
        await line.UntilAsync(() => watch.Link is Link.Lost);
        Assert.Equal(3, watch.Picture.Total.People);
        watch.TryNow();

        var second = await line.NextCallAsync();
        Assert.Equal("5", second.Request.AfterPosition);
        second.Send(Change("6", Row("a", "2026-03-01", 4)));
        await line.UntilAsync(() => watch.Picture.Total.People == 4);
        await line.UntilAsync(() => watch.Link is Link.Live);
    }

    [Fact]
    public async Task A_stream_that_ends_without_an_error_is_opened_again()
    {
        var watch = Start();
        var first = await line.NextCallAsync();
        first.Send(First("5"));
        first.End();

        await line.UntilAsync(() => watch.Link is Link.Lost);
        watch.TryNow();
        Assert.Equal("5", (await line.NextCallAsync()).Request.AfterPosition);
    }

    [Fact]
    public async Task Too_many_rows_by_site_are_asked_for_without_the_split()
    {
        var watch = Start();
        (await line.NextCallAsync()).Fail(StatusCode.ResourceExhausted);

        var second = await line.NextCallAsync();
        Assert.False(second.Request.Query.BySite);
        second.Send(First("5"));
        await line.UntilAsync(() => watch.Picture.Complete);
        Assert.Equal(new Link.Live(BySite: false), watch.Link);
    }

    [Fact]
    public async Task A_server_that_has_enough_to_do_is_asked_the_same_again_a_little_later()
    {
        var watch = Start();
        (await line.NextCallAsync()).Fail(new Google.Rpc.Status
        {
            Code = (int)StatusCode.ResourceExhausted,
            Details = { Any.Pack(new Google.Rpc.RetryInfo { RetryDelay = Duration.FromTimeSpan(TimeSpan.FromSeconds(1)) }) },
        }.ToRpcException());

        await line.UntilAsync(() => watch.Link is Link.Lost);
        watch.TryNow();
        Assert.True((await line.NextCallAsync()).Request.Query.BySite);
    }

    [Fact]
    public async Task A_position_that_the_server_no_longer_takes_is_given_up()
    {
        var watch = Start();
        var first = await line.NextCallAsync();
        first.Send(First("5", Row("a", "2026-03-01", 3)));
        await line.UntilAsync(() => watch.Picture.Complete);

        first.Fail(StatusCode.OutOfRange);
        await line.UntilAsync(() => watch.Link is Link.Lost);
        watch.TryNow();

        Assert.Equal("", (await line.NextCallAsync()).Request.AfterPosition);
    }

    [Fact]
    public async Task What_the_server_refuses_is_told_in_its_words_and_not_asked_again()
    {
        var watch = Start();
        (await line.NextCallAsync()).Fail(StatusCode.InvalidArgument, "There is no such day.");

        await line.UntilAsync(() => watch.Link is Link.Refused);
        Assert.Equal(new Link.Refused("There is no such day."), watch.Link);
    }

    [Fact]
    public async Task When_the_server_no_longer_knows_who_asks_what_was_shown_is_dropped_and_it_is_asked_once_more()
    {
        var watch = Start();
        var first = await line.NextCallAsync();
        first.Send(First("5", Row("a", "2026-03-01", 3)));
        await line.UntilAsync(() => watch.Picture.Complete);

        first.Fail(StatusCode.Unauthenticated);
        var second = await line.NextCallAsync();
        Assert.False(watch.Picture.Complete);
        Assert.Equal("", second.Request.AfterPosition);
        second.Fail(StatusCode.Unauthenticated, "Nobody is signed in.");

        await line.UntilAsync(() => watch.Link is Link.Refused);
    }

    [Fact]
    public async Task It_tries_again_by_itself_when_its_wait_is_over()
    {
        var watch = Start();
        (await line.NextCallAsync()).Fail(StatusCode.Unavailable);
        await line.UntilAsync(() => watch.Link is Link.Lost);

        time.Advance(((Link.Lost)watch.Link).NextAttempt - time.GetUtcNow());

        await line.NextCallAsync();
    }

    [Fact]
    public async Task Waits_grow_while_the_server_opens_streams_and_sends_nothing()
    {
        var watch = Start();
        var waits = new List<TimeSpan>();
        for (var tries = 1; tries <= 5; tries++)
        {
            (await line.NextCallAsync()).Fail(StatusCode.Unavailable);
            await line.UntilAsync(() => watch.Link is Link.Lost lost && lost.NextAttempt > time.GetUtcNow());
            waits.Add(((Link.Lost)watch.Link).NextAttempt - time.GetUtcNow());
            time.Advance(waits[^1]);
        }

        // Spread by a quarter, each is still longer than the one before; and nobody was told that it is live.
        Assert.Equal(waits.Order(), waits);
        Assert.Null(watch.LastHeard);
    }

    [Fact]
    public async Task A_stream_that_fell_silent_is_opened_again_without_a_word()
    {
        var watch = Start();
        (await line.NextCallAsync()).Send(First("5"));
        await line.UntilAsync(() => watch.Picture.Complete);

        time.Advance(OverviewWatch.Silence);

        Assert.Equal("5", (await line.NextCallAsync()).Request.AfterPosition);
        Assert.IsType<Link.Live>(watch.Link);
    }

    [Fact]
    public async Task A_server_that_does_not_open_a_stream_in_time_is_lost()
    {
        line.Opens = false;
        var watch = Start();
        await line.NextCallAsync();

        time.Advance(OverviewWatch.Opening);

        await line.UntilAsync(() => watch.Link is Link.Lost);
    }

    [Theory]
    [InlineData(1, 0.5)]
    [InlineData(2, 1)]
    [InlineData(5, 8)]
    [InlineData(6, 15)]
    [InlineData(1_000_000, 15)]
    public void Waits_grow_to_a_quarter_of_a_minute_and_are_spread(int failures, double seconds)
    {
        Assert.Equal(TimeSpan.FromSeconds(seconds), Backoff.After(failures, 0.5));
        Assert.Equal(TimeSpan.FromSeconds(seconds * 0.75), Backoff.After(failures, 0));
        Assert.Equal(TimeSpan.FromSeconds(seconds * 1.25), Backoff.After(failures, 1));
    }

    private OverviewWatch Start()
    {
        var watch = new OverviewWatch(new Ask(Period.All, null), line.Open, time, line.Changed);
        _ = watch.RunAsync(stop.Token);
        return watch;
    }

    /// <summary>The server's end of a line that can be cut.</summary>
    private sealed class Line
    {
        private readonly Channel<Call> calls = Channel.CreateUnbounded<Call>();
        private readonly Channel<bool> changes = Channel.CreateUnbounded<bool>();

        /// <summary>Whether a call is answered at all.</summary>
        public bool Opens { get; set; } = true;

        public AsyncServerStreamingCall<WatchOverviewResponse> Open(WatchOverviewRequest request, CancellationToken cancel)
        {
            var call = new Call(request);
            calls.Writer.TryWrite(call);
            return new AsyncServerStreamingCall<WatchOverviewResponse>(
                call, Opens ? Task.FromResult(new Metadata()) : new TaskCompletionSource<Metadata>().Task, () => Status.DefaultSuccess, () => [], () => { });
        }

        public void Changed() => changes.Writer.TryWrite(true);

        public Task<Call> NextCallAsync() => calls.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask();

        /// <summary>Waits for changes until something holds.</summary>
        public async Task UntilAsync(Func<bool> holds)
        {
            while (!holds())
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
