using NodaTime;

namespace Outreach.Domain.Encounters;

/// <summary>Sets right what a device with a wrong clock says, by its own statement of the time when it sent.</summary>
public static class DeviceClock
{
    /// <summary>Clocks that differ by no more than this are taken to agree.</summary>
    public static readonly Duration Tolerance = Duration.FromMinutes(2);

    /// <summary>What happens later than this after now is in the future.</summary>
    public static readonly Duration FutureTolerance = Duration.FromMinutes(5);

    /// <summary>The earliest time that a record may tell of, its clock set right.</summary>
    public static readonly Instant Earliest = Instant.FromUtc(2000, 1, 1, 0, 0);

    /// <summary>By how much what the device says is to be moved, to be right by the server's clock; zero where they agree.</summary>
    /// <param name="device">The device's clock when it sent; null: taken to be right.</param>
    /// <param name="now">The server's clock when it arrived.</param>
    public static Duration ComputeCorrection(Instant? device, Instant now)
    {
        var shift = now - (device ?? now);
        return shift > Tolerance || shift < -Tolerance ? shift : Duration.Zero;
    }
}
