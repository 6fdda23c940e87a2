using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Outreach.Protocol.Encounters.V1;
using Outreach.Protocol.Stock.V1;

namespace Outreach.Server.Tests.EndToEnd;

/// <summary>Invalid and hostile input does not harm the server or its data.</summary>
public sealed class HostileInputTests : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("outreach-hostile").FullName;
    private ServerProcess server = null!;

    public async ValueTask InitializeAsync()
    {
        server = await ServerProcess.StartAsync($"--Outreach:DataFolder={folder}");
        await ApiSteps.OpenSitesAsync(server.Channel, 1);
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData("not protobuf at all, and not framed either")]
    [InlineData("\0\0\0\0\u0005\u000f\u000f\u000f\u000f\u000f")]
    [InlineData("\0\0\0\0\u0005cut")]
    [InlineData("")]
    public async Task Invalid_bytes_are_refused_and_record_nothing(string body)
    {
        using var http = CreateHttp2Client();
        using var response = await http.SendAsync(CreateGrpcRequest("/outreach.encounters.v1.EncounterService/LogEncounter", Encoding.Latin1.GetBytes(body)));
        var status = response.TrailingHeaders.TryGetValues("grpc-status", out var trailer) ? trailer : response.Headers.GetValues("grpc-status");
        Assert.NotEqual("0", status.Single());
        await AssertHealthyAsync(recorded: 0);
    }

    [Fact]
    public async Task An_unknown_field_is_ignored()
    {
        var encounter = ApiSteps.Encounter();
        byte[] extended = [.. encounter.ToByteArray(), 0xBA, 0xBB, 0x03, 0x03, (byte)'n', (byte)'e', (byte)'w'];
        var encounters = new EncounterService.EncounterServiceClient(server.Channel);
        var first = await encounters.LogEncounterAsync(new LogEncounterRequest { Encounter = Encounter.Parser.ParseFrom(extended) });
        var second = await encounters.LogEncounterAsync(new LogEncounterRequest { Encounter = encounter });
        Assert.Equal(RecordOutcome.Recorded, first.Result.Outcome);
        Assert.Equal(RecordOutcome.AlreadyRecorded, second.Result.Outcome);
        await AssertHealthyAsync(recorded: 1);
    }

    [Fact]
    public async Task A_four_gigabyte_upload_is_refused_because_of_its_headers()
    {
        using var socket = new TcpClient();
        var web = new Uri(server.Web);
        await socket.ConnectAsync(web.Host, web.Port);
        await using var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            "POST /v1/encounters HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 4294967296\r\n\r\n{"));
        using var reader = new StreamReader(stream, Encoding.ASCII);
        Assert.Contains(" 413 ", await reader.ReadLineAsync());
        await AssertHealthyAsync(recorded: 0);
    }

    [Fact]
    public async Task An_endless_upload_is_refused()
    {
        using var web = new HttpClient { BaseAddress = new Uri(server.Web) };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/encounters") { Content = new EndlessContent() };
        try
        {
            using var response = await web.SendAsync(request);
            Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        }
        catch (HttpRequestException)
        {
            // The server closed the connection before the client read the answer.
        }

        await AssertHealthyAsync(recorded: 0);
    }

    [Fact]
    public async Task A_frame_with_a_four_gigabyte_length_is_refused()
    {
        using var http = CreateHttp2Client();
        using var request = CreateGrpcRequest("/outreach.encounters.v1.EncounterService/SyncEncounters", [0, 0xff, 0xff, 0xff, 0xff, 1, 2, 3]);
        using var response = await http.SendAsync(request);
        await response.Content.ReadAsByteArrayAsync();
        var status = response.TrailingHeaders.Concat(response.Headers).First(header => header.Key == "grpc-status").Value.Single();
        Assert.NotEqual("0", status);
        await AssertHealthyAsync(recorded: 0);
    }

    [Fact]
    public async Task A_stream_cut_within_a_message_is_completed_by_the_retry()
    {
        var batches = Enumerable.Range(0, 10).Select(_ => Enumerable.Range(0, 20).Select(_ => ApiSteps.Encounter()).ToArray()).ToArray();
        using var http = CreateHttp2Client();
        foreach (var batch in batches)
        {
            var whole = Frame(new SyncEncountersRequest { Encounters = { batch[..10] } });
            var half = Frame(new SyncEncountersRequest { Encounters = { batch[10..] } })[..200];
            using var request = CreateGrpcRequest("/outreach.encounters.v1.EncounterService/SyncEncounters", []);
            request.Content = new TruncatedContent((byte[])[.. whole, .. half]);
            await Assert.ThrowsAnyAsync<Exception>(async () =>
            {
                using var response = await http.SendAsync(request);
                await response.Content.ReadAsByteArrayAsync();
            });
        }

        foreach (var batch in batches)
            Assert.All(await SyncAsync(batch), answer => Assert.True(answer.Outcome is RecordOutcome.Recorded or RecordOutcome.AlreadyRecorded, answer.ToString()));
        await AssertHealthyAsync(recorded: 200);
    }

    [Fact]
    public async Task A_message_larger_than_the_limit_is_refused()
    {
        var encounter = ApiSteps.Encounter();
        encounter.ParticipantCode = new string('x', 5 * 1024 * 1024);
        var encounters = new EncounterService.EncounterServiceClient(server.Channel);
        var refused = await Assert.ThrowsAsync<RpcException>(
            async () => await encounters.LogEncounterAsync(new LogEncounterRequest { Encounter = encounter }));
        Assert.Equal(StatusCode.ResourceExhausted, refused.StatusCode);
        await AssertHealthyAsync(recorded: 0);
    }

    [Fact]
    public async Task A_half_sent_body_records_nothing_and_the_retry_records_it()
    {
        var encounter = ApiSteps.Encounter();
        var framed = Frame(new LogEncounterRequest { Encounter = encounter });
        using var http = CreateHttp2Client();
        for (var half = 0; half < 10; half++)
        {
            using var request = CreateGrpcRequest("/outreach.encounters.v1.EncounterService/LogEncounter", []);
            request.Content = new TruncatedContent(framed.AsMemory(0, framed.Length / 2));
            await Assert.ThrowsAnyAsync<Exception>(() => http.SendAsync(request));
        }
        await AssertHealthyAsync(recorded: 0);
        var retried = await new EncounterService.EncounterServiceClient(server.Channel).LogEncounterAsync(
            new LogEncounterRequest { Encounter = encounter });
        Assert.Equal(RecordOutcome.Recorded, retried.Result.Outcome);
        await AssertHealthyAsync(recorded: 1);
    }

    [Fact]
    public async Task Thirty_phones_that_disconnect_after_sending_lose_nothing_by_resending()
    {
        var batches = Enumerable.Range(0, 30).Select(_ => Enumerable.Range(0, 100).Select(_ => ApiSteps.Encounter()).ToArray()).ToArray();
        await Task.WhenAll(batches.Select(SendAndDisconnectAsync));
        var answers = new List<EncounterResult>();
        foreach (var batch in batches)
            answers.AddRange(await SyncAsync(batch));
        Assert.All(answers, answer => Assert.True(answer.Outcome is RecordOutcome.Recorded or RecordOutcome.AlreadyRecorded, answer.ToString()));
        await AssertHealthyAsync(recorded: 3_000);
    }

    [Fact]
    public async Task A_cut_stream_keeps_the_answered_records()
    {
        var whole = Enumerable.Range(0, 10).Select(_ => ApiSteps.Encounter()).ToArray();
        using (var channel = OpenChannel())
        {
            using var call = new EncounterService.EncounterServiceClient(channel).SyncEncounters();
            await call.RequestStream.WriteAsync(new SyncEncountersRequest { BatchId = 7, Encounters = { whole } });
            Assert.True(await call.ResponseStream.MoveNext(default));
            Assert.Equal(7, call.ResponseStream.Current.BatchId);
        }
        Assert.All(await SyncAsync(whole), answer => Assert.Equal(RecordOutcome.AlreadyRecorded, answer.Outcome));
        await AssertHealthyAsync(recorded: 10);
    }

    [Fact]
    public async Task Ten_thousand_idle_streams_do_not_block_other_calls()
    {
        var channels = Enumerable.Range(0, 20).Select(_ => OpenChannel()).ToArray();
        var calls = new List<AsyncDuplexStreamingCall<SyncEncountersRequest, SyncEncountersResponse>>();
        foreach (var channel in channels)
        {
            var encounters = new EncounterService.EncounterServiceClient(channel);
            for (var stream = 0; stream < 500; stream++)
                calls.Add(encounters.SyncEncounters());
        }
        var results = await SyncAsync([ApiSteps.Encounter()]);
        Assert.Equal(RecordOutcome.Recorded, results.Single().Outcome);
        // Streams of a connection are opened in order. If the last one answers, all are open.
        foreach (var last in calls.Chunk(500).Select(ofChannel => ofChannel[^1]))
        {
            await last.RequestStream.WriteAsync(new SyncEncountersRequest { Encounters = { ApiSteps.Encounter() } });
            Assert.True(await last.ResponseStream.MoveNext(default));
        }
        foreach (var channel in channels)
            channel.Dispose();
        await AssertHealthyAsync(recorded: 21);
    }

    [Fact]
    public async Task All_violations_are_reported_together()
    {
        var stock = new StockService.StockServiceClient(server.Channel);
        var refused = await Assert.ThrowsAsync<RpcException>(async () => await stock.ReceiveStockAsync(new ReceiveStockRequest
        {
            RequestId = "not a uuid",
            SiteId = "Not An Id",
            Units = -3,
            ExpiresOn = "31/12/2027",
        }));
        Assert.Equal(StatusCode.InvalidArgument, refused.StatusCode);
        var fields = refused.GetRpcStatus()!.GetDetail<Google.Rpc.BadRequest>()!.FieldViolations.Select(violation => violation.Field);
        Assert.Equal(["expires_on", "product_id", "request_id", "site_id", "units"], fields.Order());
    }

    private async Task AssertHealthyAsync(int recorded)
    {
        Assert.Equal(recorded, (await ApiSteps.GetOverviewAsync(server.Channel)).Total.Encounters);
        Assert.Empty(await ApiSteps.VerifyAsync(server.Channel));
    }

    private async Task<IReadOnlyList<EncounterResult>> SyncAsync(Encounter[] encounters)
    {
        using var call = new EncounterService.EncounterServiceClient(server.Channel).SyncEncounters();
        await call.RequestStream.WriteAsync(new SyncEncountersRequest { Encounters = { encounters } });
        await call.RequestStream.CompleteAsync();
        Assert.True(await call.ResponseStream.MoveNext(default));
        return call.ResponseStream.Current.Results;
    }

    private async Task SendAndDisconnectAsync(Encounter[] batch)
    {
        using var channel = OpenChannel();
        using var call = new EncounterService.EncounterServiceClient(channel).SyncEncounters();
        await call.RequestStream.WriteAsync(new SyncEncountersRequest { Encounters = { batch } });
    }

    private static byte[] Frame(IMessage message)
    {
        var bytes = message.ToByteArray();
        return [0, .. BitConverter.GetBytes(IPAddress.HostToNetworkOrder(bytes.Length)), .. bytes];
    }

    private GrpcChannel OpenChannel() => server.Administrator.OpenChannel(server.Grpc);

    private HttpClient CreateHttp2Client()
    {
        var http = server.Administrator.CreateHttpClient(server.Grpc);
        (http.DefaultRequestVersion, http.DefaultVersionPolicy) = (HttpVersion.Version20, HttpVersionPolicy.RequestVersionExact);
        return http;
    }

    private static HttpRequestMessage CreateGrpcRequest(string method, byte[] body) => new(HttpMethod.Post, method)
    {
        Version = HttpVersion.Version20,
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        Headers = { { "te", "trailers" } },
        Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/grpc") } },
    };

    /// <summary>A body of four gigabytes without a content length.</summary>
    private sealed class EndlessContent : HttpContent
    {
        public EndlessContent() => Headers.ContentType = new MediaTypeHeaderValue("application/json");

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            var spaces = Encoding.ASCII.GetBytes(new string(' ', 1024 * 1024));
            for (var megabyte = 0; megabyte < 4096; megabyte++)
                await stream.WriteAsync(spaces);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }

    /// <summary>A body that ends in the middle.</summary>
    private sealed class TruncatedContent : HttpContent
    {
        private readonly ReadOnlyMemory<byte> half;

        public TruncatedContent(ReadOnlyMemory<byte> half)
        {
            this.half = half;
            Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(half);
            await stream.FlushAsync();
            throw new IOException("The connection was lost.");
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
