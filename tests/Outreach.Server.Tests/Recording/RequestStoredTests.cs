using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using NodaTime;
using Outreach.Domain.Encounters;
using Outreach.Domain.Recording;
using Outreach.Protocol.Encounters.V1;
using Outreach.Protocol.Stock.V1;
using Outreach.Server.Encounters;
using Outreach.Server.Encounters.Participants;
using Outreach.Server.Rpc;
using Outreach.Server.Stock;
using Encounter = Outreach.Protocol.Encounters.V1.Encounter;

namespace Outreach.Server.Tests.Recording;

/// <summary>
/// What is stored of requests: the hash that recognizes one when it comes again, and the text of a record that is held. Each golden
/// file has a request as it is incoming, with every field of it, and what is stored of it; the participants' key is bytes 0 to 31.
/// </summary>
public class RequestStoredTests
{
    private static readonly ActorId Ana = new("ana");
    private static readonly Instant Now = Instant.FromUtc(2026, 11, 28, 12, 0);

    private static readonly EncounterWire Wires = new(new ParticipantHasher([.. Enumerable.Range(0, ParticipantHasher.KeyBytes).Select(i => (byte)i)]));

    private static readonly Dictionary<string, Func<string, ContentHash>> Hashes = new()
    {
        ["Encounter"] = json => Read(json).Content,
        ["Encounter-2"] = json => Read(json).Content,
        ["Encounter-held"] = json => Read(json).Content,
        ["ReceiveStockRequest"] = json => StockWire.Parse(Parse<ReceiveStockRequest>(json), null, Ana, Now, out _).Content,
        ["SettleShortfallRequest"] = json => StockWire.Parse(Parse<SettleShortfallRequest>(json), Ana).Content,
        ["VoidEncounterRequest"] = json => Change(Parse<VoidEncounterRequest>(json)),
        ["DropHeldEncounterRequest"] = json => Change(Parse<DropHeldEncounterRequest>(json)),
        ["CorrectEncounterRequest"] = json =>
        {
            var request = Parse<CorrectEncounterRequest>(json);
            Wires.ParseCorrection(request.Encounter, request.EncounterId, request.SiteId, new Violations());
            return Change(request);
        },
        ["ReleaseHeldEncounterRequest"] = json =>
        {
            var request = Parse<ReleaseHeldEncounterRequest>(json);
            Wires.ParseCorrection(request.Encounter, request.EncounterId, request.Encounter.SiteId, new Violations());
            return Change(request);
        },
    };

    public static TheoryData<string> Names => [.. Hashes.Keys];

    [Theory, MemberData(nameof(Names))]
    public void The_content_of_a_request_is_hashed_as_it_was_stored(string name)
    {
        var golden = Golden(name);

        var hash = Hashes[name](golden["request"]!.ToJsonString());

        Assert.Equal((string?)golden["content"], hash.Bits.ToString());
    }

    [Fact]
    public void A_record_that_is_held_is_kept_as_the_text_that_was_stored()
    {
        var golden = Golden("Encounter-held");

        var incoming = Read(golden["request"]!.ToJsonString());

        Assert.Equal((string?)golden["text"], incoming.Json);
        Assert.Equal((string?)golden["participant"], incoming.Encounter.Participant.ToString());
    }

    [Fact]
    public void Every_request_with_an_id_has_a_file_that_says_every_field()
    {
        var requests = ((IEnumerable<FileDescriptor>)[EncounterServiceReflection.Descriptor, StockServiceReflection.Descriptor])
            .SelectMany(file => file.Services).SelectMany(service => service.Methods)
            .Select(method => method.InputType)
            .Where(request => request.FindFieldByName("request_id") is not null)
            .Append(Encounter.Descriptor)
            .ToList();

        Assert.Equal(Hashes.Keys.Except(["Encounter-2", "Encounter-held"]).Order(), requests.Select(request => request.Name).Order());
        foreach (var request in requests)
        {
            var latest = Hashes.ContainsKey($"{request.Name}-2") ? $"{request.Name}-2" : request.Name;
            var said = Golden(latest)["request"]!.AsObject().Select(member => member.Key);
            Assert.Equal(request.Fields.InDeclarationOrder().Select(field => field.JsonName), said);
        }
    }

    private static JsonNode Golden(string name) =>
        JsonNode.Parse(File.ReadAllText(GoldenFiles.PathOf("Stock", "Stored", "Requests", $"{name}.json")))!;

    private static T Parse<T>(string json)
        where T : IMessage<T>, new() => JsonParser.Default.Parse<T>(json);

    private static IncomingEncounter Read(string json) => Wires.Parse(Parse<Encounter>(json), small: false, out _)!;

    /// <summary>The hash is of the whole request, whatever is said of its parts.</summary>
    private static ContentHash Change(IMessage request) => EncounterWire.ParseChange(request, "", "", Ana, "a test", new Violations(), out _).Content;
}
