using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Google.Protobuf;
using NodaTime;
using Outreach.Domain.Encounters;
using Outreach.Domain.Stock;
using Outreach.Server.Encounters.Participants;
using Outreach.Server.Encounters;
using Outreach.Server.Recording;
using Outreach.Server.Rpc;
using Outreach.Server.Tests.Stock;
using Enum = System.Enum;
using Wire = Outreach.Protocol.Encounters.V1;

namespace Outreach.Server.Tests.Encounters;

public class EncounterWireTests
{
    private static readonly EncounterWire Wires = new(new ParticipantHasher([.. Enumerable.Range(0, ParticipantHasher.KeyBytes).Select(i => (byte)i)]));

    public static TheoryData<System.Type, System.Type> EnumPairs => new()
    {
        { typeof(Wire.LocationType), typeof(LocationType) },
        { typeof(Wire.OnBehalfOf), typeof(OnBehalfOf) },
        { typeof(Wire.Service), typeof(Service) },
        { typeof(Wire.ReferralKind), typeof(ReferralKind) },
        { typeof(Wire.RefillReason), typeof(RefillReason) },
        { typeof(Wire.Answer), typeof(YesNoUnknown) },
        { typeof(Wire.MedicationForm), typeof(MedicationForm) },
        { typeof(Wire.NotCalledReason), typeof(NotCalledReason) },
        { typeof(Wire.OverdoseOutcome), typeof(OverdoseOutcome) },
        { typeof(Wire.SuspectedDrug), typeof(SuspectedDrug) },
        { typeof(Wire.OverdoseSign), typeof(OverdoseSign) },
        { typeof(Wire.RecordOutcome), typeof(RecordOutcome) },
        { typeof(Wire.HoldCode), typeof(HoldCode) },
        { typeof(Wire.HeldState), typeof(HeldRecordState) },
        { typeof(Protocol.Stock.V1.MovementKind), typeof(MovementKind) },
    };

    [Theory]
    [MemberData(nameof(EnumPairs))]
    public void API_and_domain_enums_have_the_same_numbers(System.Type wire, System.Type domain)
    {
        static IEnumerable<(int Number, string Name)> Members(System.Type kind) =>
            Enum.GetValues(kind).Cast<object>().Select(member => ((int)member, member.ToString()!)).Where(member => member.Item1 != 0).Order();

        Assert.Equal(Members(wire), Members(domain));
        Assert.Equal(Members(domain).Select(member => member.Number), Enumerable.Range(1, Members(domain).Count()));
    }

    [Fact]
    public void Every_field_of_an_encounter_round_trips()
    {
        var full = StockEventSamples.FullEncounter with { Answers = StockEventSamples.Answers };
        var wire = EncounterWire.ToWire(full);
        wire.ParticipantCode = "AB 12";

        var incoming = Wires.Parse(wire.Clone(), small: false, out _)!;

        Assert.Equal(full with { Participant = incoming.Encounter.Participant }, incoming.Encounter);
        Assert.Empty(incoming.Errors);
        Assert.Equal(incoming.Content, EncounterWire.ComputeContentHash(incoming.Encounter));
        Assert.All(Wire.Encounter.Descriptor.Fields.InDeclarationOrder(), field => Assert.True(IsSet(field, wire), field.Name));
    }

    [Fact]
    public void A_participant_code_ignores_case_and_is_never_stored()
    {
        IncomingEncounter Sent(string code)
        {
            var wire = EncounterWire.ToWire(StockEventSamples.FullEncounter);
            wire.ParticipantCode = code;
            wire.PeopleTrained = -1;
            return Wires.Parse(wire, small: false, out _)!;
        }

        Assert.Equal(Sent("ab 12").Content, Sent(" AB 12 ").Content);
        Assert.NotEqual(Sent("ab 12").Content, Sent("ab 13").Content);
        Assert.DoesNotContain("ab 12", Sent("ab 12").ToString(), StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("participantCode", Sent("ab 12").Json, StringComparison.Ordinal);
        Assert.Null(Sent("   ").Encounter.Participant);
    }

    [Fact]
    public void Unknown_fields_do_not_change_the_content_hash()
    {
        var wire = EncounterWire.ToWire(StockEventSamples.FullEncounter);
        var known = ContentHasher.Compute(wire);
        byte[] unknown = [0xBA, 0xBB, 0x03, 0x03, (byte)'n', (byte)'e', (byte)'w'];

        var outside = Wire.Encounter.Parser.ParseFrom([.. wire.ToByteArray(), .. unknown]);
        var inside = wire.Clone();
        inside.HandedOut[1] = Wire.HandedOut.Parser.ParseFrom([.. wire.HandedOut[1].ToByteArray(), .. unknown]);
        var deep = wire.Clone();
        deep.SyringesReturned.Weight = Wire.SyringeWeight.Parser.ParseFrom([.. wire.SyringesReturned.Weight.ToByteArray(), .. unknown]);

        Assert.Equal(known, ContentHasher.Compute(outside));
        Assert.Equal(known, ContentHasher.Compute(inside));
        Assert.Equal(known, ContentHasher.Compute(deep));
        Assert.NotEqual(known, ContentHasher.Compute(new Wire.Encounter(wire) { Others = 5 }));
    }

    [Fact]
    public void Every_violation_is_named_and_the_whole_record_is_kept()
    {
        var wire = new Wire.Encounter
        {
            EncounterId = StockEventSamples.FullEncounter.Id.ToString(),
            SiteId = "van-1",
            OccurredAt = new Timestamp { Seconds = long.MaxValue },
            DeviceId = "no device",
            DeviceSequence = -1,
            LocationType = (Wire.LocationType)99,
            HandedOut = { new Wire.HandedOut { ProductId = "Not An Id", Units = 0, LotNumber = "~" }, new Wire.HandedOut { ProductId = "spray", Units = 1_000_001 } },
            SyringesReturned = new Wire.SyringesReturned(),
            Others = 1_001,
            Bulk = new Wire.Bulk { People = -1, LastDay = "31/12" },
            Services = { Wire.Service.Education, Wire.Service.Education, Wire.Service.Unspecified },
            PeopleTrained = 10_001,
            ParticipantCode = new string('x', 65),
            OverdoseReport = new Wire.OverdoseReport { Reversals = 1_001, MillilitresInjected = 43_101 },
            Provenance = new Wire.Provenance { Remarks = { new string('x', 201) } },
            Answers =
            {
                new Wire.QuestionAnswer { QuestionId = "age-band", AnswerId = "25-up" }, new Wire.QuestionAnswer { QuestionId = "age-band", AnswerId = "x" },
                new Wire.QuestionAnswer { AnswerId = "x" }, new Wire.QuestionAnswer { QuestionId = "gender", AnswerId = "Not An Id" },
            },
        };

        var incoming = Wires.Parse(wire, small: false, out var malformed)!;

        Assert.Empty(malformed);
        Assert.Equal(
            [
                "answers[1].question_id", "answers[2].question_id", "answers[3].answer_id", "bulk.last_day", "bulk.people", "device_id", "device_sequence", "handed_out[0].lot_number", "handed_out[0].product_id",
                "handed_out[0].units", "handed_out[1].units", "location_type", "occurred_at", "others", "overdose_report.millilitres_injected",
                "overdose_report.reversals", "participant_code", "people_trained", "provenance.remarks[0]", "provenance.source", "services[1]",
                "services[2]", "syringes_returned",
            ],
            incoming.Errors.Select(reason => reason.Field).Order(StringComparer.Ordinal));
        Assert.Contains("43101", incoming.Json, StringComparison.Ordinal);
        Assert.Contains("no device", incoming.Json, StringComparison.Ordinal);
    }

    [Fact]
    public void A_list_that_is_too_long_is_one_violation()
    {
        var wire = new Wire.Encounter { EncounterId = StockEventSamples.FullEncounter.Id.ToString(), SiteId = "van-1", OccurredAt = new Timestamp { Seconds = 1_700_000_000 } };
        wire.Services.Add(Enumerable.Repeat((Wire.Service)99, 50_000));
        wire.Answers.Add(Enumerable.Range(0, 21).Select(i => new Wire.QuestionAnswer { QuestionId = $"q{i}", AnswerId = "x" }));
        wire.Provenance = new Wire.Provenance { Source = "x", Remarks = { Enumerable.Repeat(new string('x', 201), 200) } };

        var incoming = Wires.Parse(wire, small: true, out _)!;

        Assert.Equal(["services", "provenance.remarks", "answers"], incoming.Errors.Select(reason => reason.Field));
    }

    [Theory]
    [InlineData("", "van-1")]
    [InlineData("00000000-0000-0000-0000-000000000000", "van-1")]
    [InlineData("01957f3a-6c00-7000-8000-00000000000g", "van-1")]
    public void A_record_without_a_valid_id_is_not_held(string id, string site)
    {
        Assert.Null(Wires.Parse(new Wire.Encounter { EncounterId = id, SiteId = site, OccurredAt = new Timestamp { Seconds = 1_700_000_000 } }, small: true, out var malformed));
        Assert.Single(malformed);
    }

    [Fact]
    public void A_weight_is_kept_and_converted_to_a_count()
    {
        var wire = new Wire.Encounter
        {
            EncounterId = StockEventSamples.FullEncounter.Id.ToString(),
            SiteId = "van-1",
            OccurredAt = new Timestamp { Seconds = 1_700_000_000 },
            SyringesReturned = new Wire.SyringesReturned { Weight = new Wire.SyringeWeight { Grams = 10_000_000, MilligramsEach = 100 } },
        };

        var impossible = Wires.Parse(wire.Clone(), small: true, out _)!;
        wire.SyringesReturned.Weight.Grams = 100;
        var possible = Wires.Parse(wire, small: true, out _)!;

        Assert.Equal(HoldCode.ImpossibleQuantity, Assert.Single(impossible.Errors).Code);
        Assert.Equal(new SyringesReturned(1_000, new SyringeWeight(100, 100)), possible.Encounter.Returned);
    }

    [Fact]
    public void A_held_record_is_read_again_as_it_was_sent()
    {
        var wire = EncounterWire.ToWire(StockEventSamples.FullEncounter);
        wire.ParticipantCode = "AB 12";
        var incoming = Wires.Parse(wire, small: false, out _)!;
        var held = EncounterRules.Hold(incoming, [], NodaTime.Duration.Zero, null).Record;

        Assert.Equal(incoming.Encounter, EncounterWire.ParseHeld(held).Encounter);
    }

    [Fact]
    public void Instants_round_trip_to_the_nanosecond_and_before_1970()
    {
        foreach (var moment in new[] { Instant.FromUnixTimeTicks(-1).PlusNanoseconds(37), Instant.FromUtc(2026, 3, 10, 1, 2).PlusNanoseconds(1) })
        {
            Assert.True(FieldParser.TryParseInstant(WireTime.ToWire(moment), out var read));
            Assert.Equal(moment, read);
        }

        Assert.False(FieldParser.TryParseInstant(new Timestamp { Nanos = -1 }, out _));
        Assert.Equal(-1, DayNumber.From(Instant.FromUnixTimeTicks(-1)));
        Assert.Equal(0, DayNumber.From(Instant.FromUnixTimeTicks(0)));
    }

    private static bool IsSet(FieldDescriptor field, IMessage message) => field.Accessor.GetValue(message) switch
    {
        System.Collections.IList list => list.Count > 0,
        string text => text.Length > 0,
        null => false,
        Enum kind => Convert.ToInt32(kind) != 0,
        IConvertible number => Convert.ToInt64(number) != 0,
        _ => true,
    };
}
