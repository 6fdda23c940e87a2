namespace Outreach.Domain.Sites;

/// <summary>A point in WGS 84.</summary>
public sealed record Coordinates
{
    public const double MaxLatitude = 90;
    public const double MaxLongitude = 180;

    /// <exception cref="ArgumentOutOfRangeException">A value is outside its bounds or not a number.</exception>
    public Coordinates(double latitude, double longitude)
    {
        Latitude = Require(latitude, MaxLatitude, nameof(latitude));
        Longitude = Require(longitude, MaxLongitude, nameof(longitude));
    }

    /// <summary>Degrees north, -90 to 90, both inclusive.</summary>
    public double Latitude { get; }

    /// <summary>Degrees east, -180 to 180, both inclusive.</summary>
    public double Longitude { get; }

    private static double Require(double degrees, double max, string name) =>
        Math.Abs(degrees) <= max ? degrees : throw new ArgumentOutOfRangeException(name, degrees, $"must be from -{max} to {max} degrees.");
}
