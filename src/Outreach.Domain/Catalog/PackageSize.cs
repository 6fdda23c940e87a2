namespace Outreach.Domain.Catalog;

/// <summary>A package that holds several units of issue, for example a carton of 12 boxes.</summary>
public sealed record PackageSize
{
    public const int MaxName = 30;
    public const int MinUnits = 2;
    public const int MaxUnits = 100_000;

    /// <exception cref="ArgumentException"><paramref name="name"/> is blank or longer than <see cref="MaxName"/>.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="units"/> is outside <see cref="MinUnits"/> to <see cref="MaxUnits"/>.</exception>
    public PackageSize(string name, int units)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (UnicodeText.CountRunes(name) > MaxName)
            throw new ArgumentException($"A package's name must have at most {MaxName} characters; '{name}' has {UnicodeText.CountRunes(name)}.", nameof(name));

        ArgumentOutOfRangeException.ThrowIfLessThan(units, MinUnits);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(units, MaxUnits);
        Name = name;
        Units = units;
    }

    public string Name { get; }

    /// <summary>Units of issue in the package, <see cref="MinUnits"/> to <see cref="MaxUnits"/>, both inclusive.</summary>
    public int Units { get; }
}
