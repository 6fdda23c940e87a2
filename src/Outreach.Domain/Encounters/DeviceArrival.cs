namespace Outreach.Domain.Encounters;

/// <summary>The arrival of a record from a device that numbers its records.</summary>
/// <param name="Sequence">The device's number for the record, from 1.</param>
public readonly record struct DeviceArrival(ReportedDeviceId Device, long Sequence)
{
    /// <summary>The arrival of a record; null if the record has no device id or no sequence number.</summary>
    public static DeviceArrival? From(ReportedDeviceId device, long sequence) =>
        device == default || sequence < 1 ? null : new DeviceArrival(device, sequence);
}
