using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using NodaTime;
using Outreach.Domain.Stock;
using Outreach.Server.Stock;
using Enum = System.Enum;
using Wire = Outreach.Protocol.Encounters.V1;

namespace Outreach.Server.Tests.Stock;

public class WireTests
{
    private static readonly StockWire Wires = new(new ParticipantKeys([.. Enumerable.Range(0, ParticipantKeys.KeyBytes).Select(i => (byte)i)]));

    public static TheoryData<System.Type, System.Type> Kinds => new()
    {
        { typeof(Wire.LocationType), typeof(LocationType) },
        { typeof(Wire.OnBehalfOf), typeof(OnBehalfOf) },
        { typeof(Wire.Service), typeof(Service) },
        { typeof(Wire.ReferralKind), typeof(ReferralKind) },
        { typeof(Wire.RefillReason), typeof(RefillReason) },
        { typeof(Wire.Answer), typeof(Answer) },
        { typeof(Wire.MedicationForm), typeof(MedicationForm) },
        { typeof(Wire.NotCalledReason), typeof(NotCalledReason) },
        { typeof(Wire.OverdoseOutcome), typeof(OverdoseOutcome) },
        { typeof(Wire.SuspectedDrug), typeof(SuspectedDrug) },
        { typeof(Wire.OverdoseSign), typeof(OverdoseSign) },
        { typeof(Wire.RecordOutcome), typeof(Became) },
        { typeof(Wire.HoldCode), typeof(HoldCode) },
        { typeof(Wire.HeldState), typeof(HeldIs) },
        { typeof(Protocol.Stock.V1.MovementKind), typeof(MovementKind) },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Kinds_of_the_API_and_of_the_domain_have_the_same_numbers(System.Type wire, System.Type domain)
    {
        static IEnumerable<(int Number, string Name)> Members(System.Type kind) =>
            Enum.GetValues(kind).Cast<object>().Select(member => ((int)member, member.ToString()!)).Where(member => member.Item1 != 0).Order();

        Assert.Equal(Members(wire), Members(domain));
        Assert.Equal(Members(domain).Select(member => member.Number), Enumerable.Range(1, Members(domain).Count()));
    }

    [Fact]
    public void Everything_that_an_encounter_says_crosses_and_comes_back()
    {
        var wire = StockWriter.Encounter(Samples.Whole);
        wire.ParticipantCode = "AB 12";

        var sent = Wires.Read(wire.Clone(), small: false, out _)!;

        Assert.Equal(Samples.Whole with { Participant = sent.Encounter.Participant }, sent.Encounter);
        Assert.Empty(sent.Wrong);
        Assert.Equal(sent.Content, StockWire.ContentOf(sent.Encounter));
        Assert.All(Wire.Encounter.Descriptor.Fields.InDeclarationOrder(), field => Assert.True(IsSet(field, wire), field.Name));
    }

    [Fact]
    public void A_participants_code_is_the_same_in_any_letter_case_and_is_nowhere_in_what_is_kept()
    {
        Sent Sent(string code)
        {
            var wire = StockWriter.Encounter(Samples.Whole);
            wire.ParticipantCode = code;
            wire.PeopleTrained = -1;
            return Wires.Read(wire, small: false, out _)!;
        }

        Assert.Equal(Sent("ab 12").Content, Sent(" AB 12 ").Content);
        Assert.NotEqual(Sent("ab 12").Content, Sent("ab 13").Content);
        Assert.DoesNotContain("ab 12", Sent("ab 12").ToString(), StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("participantCode", Sent("ab 12").Text, StringComparison.Ordinal);
        Assert.Null(Sent("   ").Encounter.Participant);
    }

    [Fact]
    public void Fields_that_this_version_does_not_know_change_no_content_at_any_depth()
    {
        var wire = StockWriter.Encounter(Samples.Whole);
        var known = Content.Of(wire);
        byte[] unknown = [0xBA, 0xBB, 0x03, 0x03, (byte)'n', (byte)'e', (byte)'w'];

        var outside = Wire.Encounter.Parser.ParseFrom([.. wire.ToByteArray(), .. unknown]);
        var inside = wire.Clone();
        inside.HandedOut[1] = Wire.HandedOut.Parser.ParseFrom([.. wire.HandedOut[1].ToByteArray(), .. unknown]);
        var deep = wire.Clone();
        deep.SyringesReturned.Weight = Wire.SyringeWeight.Parser.ParseFrom([.. wire.SyringesReturned.Weight.ToByteArray(), .. unknown]);

        Assert.Equal(known, Content.Of(outside));
        Assert.Equal(known, Content.Of(inside));
        Assert.Equal(known, Content.Of(deep));
        Assert.NotEqual(known, Content.Of(new Wire.Encounter(wire) { Others = 5 }));
    }

    [Fact]
    public void Everything_that_is_wrong_is_named_at_once_and_what_was_sent_is_kept_whole()
    {
        var wire = new Wire.Encounter
        {
            EncounterId = Samples.Whole.Id.ToString(),
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
        };

        var sent = Wires.Read(wire, small: false, out var malformed)!;

        Assert.Empty(malformed);
        Assert.Equal(
            [
                "bulk.last_day", "bulk.people", "device_id", "device_sequence", "handed_out[0].lot_number", "handed_out[0].product_id",
                "handed_out[0].units", "handed_out[1].units", "location_type", "occurred_at", "others", "overdose_report.millilitres_injected",
                "overdose_report.reversals", "participant_code", "people_trained", "provenance.remarks[0]", "provenance.source", "services[1]",
                "services[2]", "syringes_returned",
            ],
            sent.Wrong.Select(reason => reason.Field).Order(StringComparer.Ordinal));
        Assert.Contains("43101", sent.Text, StringComparison.Ordinal);
        Assert.Contains("no device", sent.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_list_that_is_far_too_long_is_wrong_once()
    {
        var wire = new Wire.Encounter { EncounterId = Samples.Whole.Id.ToString(), SiteId = "van-1", OccurredAt = new Timestamp { Seconds = 1_700_000_000 } };
        wire.Services.Add(Enumerable.Repeat((Wire.Service)99, 50_000));
        wire.Provenance = new Wire.Provenance { Source = "x", Remarks = { Enumerable.Repeat(new string('x', 201), 200) } };

        var sent = Wires.Read(wire, small: true, out _)!;

        Assert.Equal(["services", "provenance.remarks"], sent.Wrong.Select(reason => reason.Field));
    }

    [Theory]
    [InlineData("", "van-1")]
    [InlineData("00000000-0000-0000-0000-000000000000", "van-1")]
    [InlineData("01957f3a-6c00-7000-8000-00000000000g", "van-1")]
    public void What_cannot_be_told_apart_is_not_kept(string id, string site)
    {
        Assert.Null(Wires.Read(new Wire.Encounter { EncounterId = id, SiteId = site, OccurredAt = new Timestamp { Seconds = 1_700_000_000 } }, small: true, out var malformed));
        Assert.Single(malformed);
    }

    [Fact]
    public void A_weight_is_turned_into_a_count_and_kept()
    {
        var wire = new Wire.Encounter
        {
            EncounterId = Samples.Whole.Id.ToString(),
            SiteId = "van-1",
            OccurredAt = new Timestamp { Seconds = 1_700_000_000 },
            SyringesReturned = new Wire.SyringesReturned { Weight = new Wire.SyringeWeight { Grams = 10_000_000, MilligramsEach = 100 } },
        };

        var impossible = Wires.Read(wire.Clone(), small: true, out _)!;
        wire.SyringesReturned.Weight.Grams = 100;
        var possible = Wires.Read(wire, small: true, out _)!;

        Assert.Equal(HoldCode.ImpossibleQuantity, Assert.Single(impossible.Wrong).Code);
        Assert.Equal(new SyringesReturned(1_000, new SyringeWeight(100, 100)), possible.Encounter.Returned);
    }

    [Fact]
    public void A_held_record_is_read_again_as_it_was_sent()
    {
        var wire = StockWriter.Encounter(Samples.Whole);
        wire.ParticipantCode = "AB 12";
        var sent = Wires.Read(wire, small: false, out _)!;
        var held = EncounterRules.Hold(sent, [], NodaTime.Duration.Zero, StockWire.TextOf(sent), null).Record;

        Assert.Equal(sent.Encounter, StockWire.Read(held).Encounter);
    }

    [Fact]
    public void Moments_cross_to_the_nanosecond_and_before_1970()
    {
        foreach (var moment in new[] { Instant.FromUnixTimeTicks(-1).PlusNanoseconds(37), Instant.FromUtc(2026, 3, 10, 1, 2).PlusNanoseconds(1) })
        {
            Assert.True(Moments.TryRead(Moments.Write(moment), out var read));
            Assert.Equal(moment, read);
        }

        Assert.False(Moments.TryRead(new Timestamp { Nanos = -1 }, out _));
        Assert.Equal(-1, StockFamily.NumberOf(Instant.FromUnixTimeTicks(-1)));
        Assert.Equal(0, StockFamily.NumberOf(Instant.FromUnixTimeTicks(0)));
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
