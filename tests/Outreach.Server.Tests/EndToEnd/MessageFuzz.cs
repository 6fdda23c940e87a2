using Google.Protobuf;
using Grpc.Core;
using Outreach.Protocol.Encounters.V1;
using Outreach.Protocol.Stock.V1;
using Outreach.Server.Tests.Stock;

namespace Outreach.Server.Tests.EndToEnd;

/// <summary>
/// Sends mutated messages for some minutes. Run it by hand:
/// <c>dotnet test --project tests/Outreach.Server.Tests -- --explicit only --filter-class "*MessageFuzz"</c>.
/// The variables FUZZ_MINUTES and FUZZ_SEED say for how long, 2 if absent, and from which seed, a new one if absent.
/// </summary>
public sealed class MessageFuzz(SqliteServerFixture fixture, ITestOutputHelper output) : IClassFixture<SqliteServerFixture>
{
    private const int Senders = 4;

    private readonly Dictionary<StatusCode, int> statuses = [];

    [Fact(Explicit = true)]
    public async Task No_mutated_message_is_an_internal_error()
    {
        var minutes = double.Parse(Environment.GetEnvironmentVariable("FUZZ_MINUTES") ?? "2");
        var seed = int.Parse(Environment.GetEnvironmentVariable("FUZZ_SEED") ?? $"{Random.Shared.Next()}");
        await ApiSteps.OpenSitesAsync(fixture.Server.Channel, 1);

        var end = DateTime.UtcNow.AddMinutes(minutes);
        await Task.WhenAll(Enumerable.Range(0, Senders).Select(sender => SendUntilAsync(end, new Random(seed + sender))));

        var counts = string.Join(", ", statuses.OrderBy(pair => pair.Key).Select(pair => $"{pair.Key} {pair.Value}"));
        output.WriteLine($"Seed {seed}, {statuses.Values.Sum()} messages: {counts}");
        Assert.Empty(await ApiSteps.VerifyAsync(fixture.Server.Channel));
    }

    private async Task SendUntilAsync(DateTime end, Random random)
    {
        while (DateTime.UtcNow < end)
        {
            var (method, message) = CreateRequest(random);
            var mutated = Mutate(message.ToByteArray(), random);
            var status = await SendAsync(method, mutated);
            lock (statuses)
                statuses[status] = statuses.GetValueOrDefault(status) + 1;
            Assert.False(status is StatusCode.Internal or StatusCode.Unknown or StatusCode.Cancelled, $"{status}: {method} {Convert.ToHexString(mutated)}");
        }
    }

    private async Task<StatusCode> SendAsync(string method, byte[] request)
    {
        try
        {
            await RawCalls.CallAsync(fixture.Server.Channel, method, request);
            return StatusCode.OK;
        }
        catch (RpcException refused)
        {
            return refused.StatusCode;
        }
    }

    private static (string Method, IMessage Request) CreateRequest(Random random)
    {
        const string encounters = "outreach.encounters.v1.EncounterService/";
        return random.Next(5) switch
        {
            0 => (encounters + "LogEncounter", new LogEncounterRequest { Encounter = CreateEncounter() }),
            1 => (encounters + "SyncEncounters", new SyncEncountersRequest { Encounters = { CreateEncounter(), CreateEncounter(), CreateEncounter() } }),
            2 => (encounters + "ListEncounters", new ListEncountersRequest { SiteId = "van-0" }),
            3 => (encounters + "CorrectEncounter", new CorrectEncounterRequest
            {
                RequestId = Guid.NewGuid().ToString(),
                EncounterId = Guid.NewGuid().ToString(),
                SiteId = "van-0",
                Reason = "Test",
                Encounter = CreateEncounter(),
            }),
            _ => ("outreach.stock.v1.StockService/ReceiveStock", new ReceiveStockRequest
            {
                RequestId = Guid.NewGuid().ToString(),
                SiteId = "van-0",
                ProductId = ApiSteps.Naloxone,
                Units = 3,
                ExpiresOn = "2027-12-31",
            }),
        };
    }

    /// <summary>An encounter with every field.</summary>
    private static Encounter CreateEncounter()
    {
        var encounter = Server.Encounters.EncounterWire.ToWire(StockEventSamples.FullEncounter);
        (encounter.EncounterId, encounter.SiteId) = (Guid.CreateVersion7().ToString(), "van-0");
        return encounter;
    }

    private static byte[] Mutate(byte[] message, Random random)
    {
        var bytes = message.ToList();
        for (var count = random.Next(1, 5); count > 0; count--)
        {
            var at = random.Next(bytes.Count + 1);
            switch (random.Next(5))
            {
                case 0 when at < bytes.Count:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1 when at < bytes.Count:
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 8), bytes.Count - at));
                    break;
                case 2:
                    bytes.InsertRange(at, bytes.GetRange(0, Math.Min(random.Next(64), bytes.Count)));
                    break;
                case 3:
                    // A field with any number, of type varint.
                    bytes.InsertRange(at, [0x80, 0x80, 0x80, 0x80, (byte)random.Next(1, 16), 0x00]);
                    break;
                default:
                    bytes.InsertRange(at, RandomBytes(random));
                    break;
            }
        }

        return [.. bytes];
    }

    private static byte[] RandomBytes(Random random)
    {
        var bytes = new byte[random.Next(1, 12)];
        random.NextBytes(bytes);
        return bytes;
    }
}
