using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Outreach.Domain.Access;
using Outreach.Server.Ledger;

namespace Outreach.Server.Access;

/// <summary>Devices and their refresh tokens, a stream for each device.</summary>
public sealed class DeviceFamily : Family<DeviceState, DeviceEvent>
{
    /// <summary>Devices by id. The document is a <see cref="Device"/>; standing is a <see cref="Standing"/>.</summary>
    public static readonly Card Devices = new("devices", ["device_id"], ["organization_id", "person_id", "standing"]);

    private DeviceFamily()
    {
    }

    /// <summary>The one there is; it holds nothing.</summary>
    public static DeviceFamily Instance { get; } = new();

    public override string Name => "device";

    public override int SnapshotForm => 1;

    public override IReadOnlyList<View> Views => [Devices];

    public override JsonTypeInfo<DeviceEvent> FactJson => AccessJson.DeviceFact;

    public override JsonTypeInfo<DeviceState> StateJson => AccessJson.DeviceSnapshot;

    public override DeviceState Empty(string id) => DeviceState.Empty;

    public override DeviceState Apply(DeviceState state, in Recorded<DeviceEvent> recorded) => state.Apply(recorded.Fact, recorded.RecordedAt);

    public override void Describe(in Recorded<DeviceEvent> recorded, Effects effects)
    {
        var device = recorded.Fact.Device;
        effects.Occurred(recorded.RecordedAt, recorded.RecordedAt);
        effects.Set(
            Devices,
            new RowKey(recorded.Id),
            JsonSerializer.Serialize(device, AccessJson.DeviceDocument),
            device.Organization.Value,
            device.Person.Value,
            device.Standing.ToString());
    }
}
