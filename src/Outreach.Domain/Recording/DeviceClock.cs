using NodaTime;

namespace Outreach.Domain.Recording;

/// <summary>Corrects the times of a device with a wrong clock, using the time that the clock showed when the device sent.</summary>
public static class DeviceClock
{
    /// <summary>The largest difference of two clocks that counts as agreement.</summary>
    public static readonly Duration Tolerance = Duration.FromMinutes(2);

    /// <summary>A time is in the future if it is later than now by more than this.</summary>
    public static readonly Duration FutureTolerance = Duration.FromMinutes(5);

    /// <summary>The earliest time that a record may have, after the correction.</summary>
    public static readonly Instant Earliest = Instant.FromUtc(2000, 1, 1, 0, 0);

    /// <summary>The duration to add to the device's times so that they agree with the server's clock; zero if they agree.</summary>
    /// <param name="device">The device's clock when it sent; null if not known, and then it is taken to be right.</param>
    /// <param name="now">The server's clock when it arrived.</param>
    public static Duration ComputeCorrection(Instant? device, Instant now)
    {
        var correction = now - (device ?? now);
        return correction > Tolerance || correction < -Tolerance ? correction : Duration.Zero;
    }
}
