using System.IO.Compression;
using System.Net;
using Grpc.Core;
using Grpc.Net.Client;
using Outreach.Server.Rpc.Messages;

namespace Outreach.Server.Tests.EndToEnd;

/// <summary>Messages that are small on the wire and would be large in memory.</summary>
public sealed class MessageFloodTests(SqliteServerFixture fixture) : IClassFixture<SqliteServerFixture>
{
    private const string Log = "outreach.encounters.v1.EncounterService/LogEncounter";
    private const string Sync = "outreach.encounters.v1.EncounterService/SyncEncounters";

    /// <summary>Several copies of the largest message, on both sides of the call. What the messages describe takes 500 MB.</summary>
    private const long MaxAllocated = 64L * 1024 * 1024;

    [Fact]
    public async Task Two_million_empty_records_are_refused_and_take_no_memory()
    {
        var batch = Repeat([0x12, 0x00], 2_090_000);

        var (status, allocated) = await MeasureAsync(fixture.Server.Channel, Sync, batch);

        Assert.Equal(StatusCode.InvalidArgument, status);
        Assert.InRange(allocated, 0, MaxAllocated);
    }

    [Fact]
    public async Task Two_million_empty_lines_are_refused_and_take_no_memory()
    {
        var (status, allocated) = await MeasureAsync(fixture.Server.Channel, Log, EncounterOfEmptyLines());

        Assert.Equal(StatusCode.InvalidArgument, status);
        Assert.InRange(allocated, 0, MaxAllocated);
    }

    [Fact]
    public async Task Without_a_token_the_body_is_not_read()
    {
        using var anonymous = GrpcChannel.ForAddress(fixture.Server.GrpcAddress);

        var (status, allocated) = await MeasureAsync(anonymous, Log, EncounterOfEmptyLines());

        Assert.Equal(StatusCode.Unauthenticated, status);
        Assert.InRange(allocated, 0, MaxAllocated);
    }

    [Fact]
    public async Task Json_is_small()
    {
        using var body = new StringContent($$"""{"handedOut":[{{string.Join(',', Enumerable.Repeat("{}", 500_000))}}]}""", null, "application/json");

        using var response = await fixture.Server.JsonClient.PostAsync("/v1/encounters", body, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
    }

    [Fact]
    public void Bytes_in_flight_are_limited_for_a_device_an_address_and_in_all()
    {
        const int message = InFlightByteLimiter.MaxMessageBytes;
        var bytes = new InFlightByteLimiter(memory: 0);
        var address = IPAddress.Loopback;
        using var first = Hold("phone", address, 2 * message);

        AssertExceeded("phone", IPAddress.Any);
        using var second = Hold("another phone", address, 2 * message);
        AssertExceeded("a third phone", address);
        using var third = Hold(null, IPAddress.Any, 4 * message);
        AssertExceeded("a third phone", IPAddress.Broadcast);

        first.Dispose();
        using var last = Hold("phone", address, 2 * message);

        InFlightByteLimiter.Lease Hold(string? device, IPAddress from, long size)
        {
            var lease = bytes.Open(device, from);
            lease.Set(size);
            return lease;
        }

        void AssertExceeded(string device, IPAddress from) =>
            Assert.Equal(StatusCode.ResourceExhausted, Assert.Throws<RpcException>(() => Hold(device, from, 1)).StatusCode);
    }

    [Fact]
    public async Task A_compressed_message_is_limited_by_its_size_when_it_is_decompressed()
    {
        using var compressed = new MemoryStream();
        await using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
            await gzip.WriteAsync(new byte[64 * 1024 * 1024], TestContext.Current.CancellationToken);
        var message = compressed.ToArray();
        using var http = fixture.Server.Administrator.CreateHttpClient(fixture.Server.GrpcAddress);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/{Log}")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Headers = { { "te", "trailers" }, { "grpc-encoding", "gzip" } },
            Content = new ByteArrayContent([1, .. BitConverter.GetBytes(IPAddress.HostToNetworkOrder(message.Length)), .. message]) { Headers = { { "content-type", "application/grpc" } } },
        };
        var before = GC.GetTotalAllocatedBytes(precise: true);

        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.NotEqual("0", response.Headers.Concat(response.TrailingHeaders).First(header => header.Key == "grpc-status").Value.Single());
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, MaxAllocated);
    }

    private static async Task<(StatusCode Status, long Allocated)> MeasureAsync(ChannelBase channel, string method, byte[] request)
    {
        var before = GC.GetTotalAllocatedBytes(precise: true);
        var refused = await Assert.ThrowsAsync<RpcException>(() => RawCalls.CallAsync(channel, method, request));
        return (refused.StatusCode, GC.GetTotalAllocatedBytes(precise: true) - before);
    }

    /// <summary>A LogEncounterRequest.</summary>
    private static byte[] EncounterOfEmptyLines()
    {
        var lines = Repeat([0x3a, 0x00], 1_900_000);
        var length = new byte[5];
        using var output = new Google.Protobuf.CodedOutputStream(length);
        output.WriteUInt32((uint)lines.Length);
        return [0x0a, .. length[..(int)output.Position], .. lines];
    }

    private static byte[] Repeat(byte[] bytes, int times)
    {
        var repeated = new byte[bytes.Length * times];
        for (var i = 0; i < repeated.Length; i++)
            repeated[i] = bytes[i % bytes.Length];
        return repeated;
    }
}
