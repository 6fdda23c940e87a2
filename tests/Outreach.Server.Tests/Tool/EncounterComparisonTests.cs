using Google.Protobuf.WellKnownTypes;
using Outreach.Protocol.Encounters.V1;
using Outreach.Tool.Import.Sending;

namespace Outreach.Server.Tests.Tool;

public class EncounterComparisonTests
{
    private static readonly Encounter Row = new()
    {
        EncounterId = "1",
        SiteId = "van",
        OccurredAt = new Timestamp { Seconds = 1 },
        HandedOut = { new HandedOut { ProductId = "a", Units = 1 }, new HandedOut { ProductId = "b", Units = 2 } },
        Services = { Service.Education, Service.WoundCare },
        Provenance = new Provenance { Source = "s", Remarks = { "x" } },
    };

    [Fact]
    public void Order_provenance_device_and_empty_parts_do_not_matter()
    {
        var other = Row.Clone();
        (other.HandedOut[0], other.HandedOut[1]) = (other.HandedOut[1], other.HandedOut[0]);
        (other.Services[0], other.Services[1]) = (other.Services[1], other.Services[0]);
        other.Provenance = null;
        other.DeviceId = "phone";
        other.OverdoseReport = new OverdoseReport();
        other.SyringesReturned = new SyringesReturned { Count = 0 };
        Assert.Empty(EncounterComparison.Differences(Row, other));
    }

    [Fact]
    public void A_difference_is_named_by_its_field()
    {
        var other = Row.Clone();
        other.HandedOut[0].Units = 7;
        other.OccurredAt = new Timestamp { Seconds = 2 };
        Assert.Equal(["occurred_at", "handed_out"], EncounterComparison.Differences(Row, other));
        // The device's clock was corrected: the row says the corrected time.
        var recorded = new RecordedEncounter { Encounter = other, OccurredAt = Row.OccurredAt };
        Assert.Equal(["handed_out"], EncounterComparison.Differences(Row, recorded));
    }
}
