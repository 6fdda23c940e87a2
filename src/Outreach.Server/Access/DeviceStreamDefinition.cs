using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Outreach.Domain.Access;
using Outreach.Server.Ledger;

namespace Outreach.Server.Access;

/// <summary>Devices and their refresh tokens, a stream for each device.</summary>
public sealed class DeviceStreamDefinition : StreamDefinition<DeviceState, DeviceEvent>
{
    /// <summary>Devices by id. The document is a <see cref="Device"/>; standing is a <see cref="DeviceStatus"/>.</summary>
    public static readonly DocumentView Devices = new("devices", ["device_id"], ["organization_id", "person_id", "standing"]);

    private DeviceStreamDefinition()
    {
    }

    /// <summary>The only instance.</summary>
    public static DeviceStreamDefinition Instance { get; } = new();

    public override string Category => "device";

    public override int SnapshotSchemaVersion => 1;

    public override IReadOnlyList<View> Views => [Devices];

    public override JsonTypeInfo<DeviceEvent> FactJson => AccessJson.DeviceFact;

    public override JsonTypeInfo<DeviceState> StateJson => AccessJson.DeviceSnapshot;

    public override DeviceState CreateInitialState(string id) => DeviceState.Empty;

    public override DeviceState Apply(DeviceState state, in RecordedFact<DeviceEvent> recorded) => state.Apply(recorded.Fact, recorded.RecordedAt);

    public override void Project(in RecordedFact<DeviceEvent> recorded, Effects effects)
    {
        var device = recorded.Fact.Device;
        effects.SetOccurred(recorded.RecordedAt, recorded.RecordedAt);
        effects.Set(
            Devices,
            new RowKey(recorded.StreamId),
            JsonSerializer.Serialize(device, AccessJson.DeviceDocument),
            device.Organization.Value,
            device.Person.Value,
            device.Status.ToString());
    }
}
