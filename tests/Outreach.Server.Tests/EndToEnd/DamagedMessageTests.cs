using Google.Protobuf;
using Grpc.Core;
using Outreach.Protocol.Encounters.V1;

namespace Outreach.Server.Tests.EndToEnd;

/// <summary>Requests with unknown fields, and requests that are not valid protobuf.</summary>
public sealed class DamagedMessageTests(SqliteServerFixture fixture) : IClassFixture<SqliteServerFixture>, IAsyncLifetime
{
    /// <summary>The field 2^28 with the value 0.</summary>
    private static readonly byte[] UnknownField = [0x80, 0x80, 0x80, 0x80, 0x08, 0x00];

    /// <summary>The end of a group that has not begun.</summary>
    private static readonly byte[] Damage = [0x0c];

    private ChannelBase Channel => fixture.Server.Channel;

    public async ValueTask InitializeAsync() => await ApiSteps.OpenSitesAsync(Channel, 1);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Unknown_fields_with_the_highest_numbers_do_not_change_what_is_recorded()
    {
        var encounters = new EncounterService.EncounterServiceClient(Channel);
        var sent = ApiSteps.Encounter();
        var extended = Encounter.Parser.ParseFrom([.. sent.ToByteArray(), .. UnknownField]);
        extended.HandedOut[0] = HandedOut.Parser.ParseFrom([.. sent.HandedOut[0].ToByteArray(), .. UnknownField]);

        var first = await encounters.LogEncounterAsync(new LogEncounterRequest { Encounter = extended });
        var second = await encounters.LogEncounterAsync(new LogEncounterRequest { Encounter = sent });

        Assert.Equal((RecordOutcome.Recorded, RecordOutcome.AlreadyRecorded), (first.Result.Outcome, second.Result.Outcome));
    }

    [Fact]
    public async Task A_damaged_record_is_named_and_the_rest_of_its_batch_is_recorded()
    {
        var (first, damaged, last) = (ApiSteps.Encounter(), ApiSteps.Encounter(), ApiSteps.Encounter());
        byte[] batch =
        [
            .. new SyncEncountersRequest { BatchId = 7, Encounters = { first } }.ToByteArray(),
            .. Record([.. damaged.ToByteArray(), .. Damage]),
            .. new SyncEncountersRequest { Encounters = { last } }.ToByteArray(),
        ];

        var response = SyncEncountersResponse.Parser.ParseFrom(await RawCalls.SyncAsync(Channel, batch));

        Assert.Equal(7, response.BatchId);
        Assert.Equal([RecordOutcome.Recorded, RecordOutcome.Malformed, RecordOutcome.Recorded], response.Results.Select(result => result.Outcome));
        Assert.Equal([first.EncounterId, damaged.EncounterId, last.EncounterId], response.Results.Select(result => result.EncounterId));
        Assert.Contains("not valid protobuf", response.Results[1].Reasons.Single().Description, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("outreach.encounters.v1.EncounterService/LogEncounter")]
    [InlineData("outreach.stock.v1.StockService/WatchStock")]
    [InlineData("outreach.encounters.v1.EncounterService/SyncEncounters")]
    public async Task A_request_that_is_not_protobuf_is_an_invalid_argument(string method)
    {
        var refused = await Assert.ThrowsAsync<RpcException>(() => RawCalls.CallAsync(Channel, method, Damage));

        Assert.Equal(StatusCode.InvalidArgument, refused.StatusCode);
    }

    private static byte[] Record(byte[] bytes)
    {
        using var stream = new MemoryStream();
        using (var output = new CodedOutputStream(stream, leaveOpen: true))
        {
            output.WriteTag(SyncEncountersRequest.EncountersFieldNumber, WireFormat.WireType.LengthDelimited);
            output.WriteBytes(ByteString.CopyFrom(bytes));
        }

        return stream.ToArray();
    }
}
