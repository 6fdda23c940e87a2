namespace Outreach.Domain.Encounters;

/// <summary>A record that arrived from a device that counts its records.</summary>
/// <param name="Sequence">The device's own number of the record, from 1.</param>
public readonly record struct DeviceArrival(DeviceId Device, long Sequence)
{
    /// <summary>The arrival of a record; null where it names no device, or the device does not count.</summary>
    public static DeviceArrival? From(DeviceId device, long sequence) =>
        device == default || sequence < 1 ? null : new DeviceArrival(device, sequence);
}
