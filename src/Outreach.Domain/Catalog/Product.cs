namespace Outreach.Domain.Catalog;

/// <summary>Something a program hands out.</summary>
/// <param name="Id">Which.</param>
/// <param name="Name">What workers call it, 1 to <see cref="MaxName"/> characters.</param>
/// <param name="Category">What funders count it as.</param>
/// <param name="Form">How it comes.</param>
/// <param name="Strength">As printed, at most <see cref="MaxStrength"/> characters; empty where it has none.</param>
/// <param name="DosesPerUnit">Doses in one unit of issue, 0 to <see cref="MaxDosesPerUnit"/>; 0 for what is not a medication.</param>
/// <param name="ItemsPerUnit">Pieces in one unit of issue, 1 to <see cref="MaxItemsPerUnit"/>.</param>
/// <param name="UnitOfIssue">What is handed out and counted, 1 to <see cref="MaxUnitOfIssue"/> characters.</param>
/// <param name="Packages">Larger packages it comes in, at most <see cref="MaxPackages"/>.</param>
/// <param name="Identifiers">
/// Codes printed on it, at most <see cref="MaxIdentifiers"/>; none of them is on another product that is in use.
/// </param>
/// <param name="TracksLots">Whether lots are told apart.</param>
/// <param name="TracksExpiry">Whether lots expire; only with <paramref name="TracksLots"/>.</param>
/// <param name="Retired">Whether it is no longer offered.</param>
public sealed record Product(
    ProductId Id,
    string Name,
    Category Category,
    Form Form,
    string Strength,
    int DosesPerUnit,
    int ItemsPerUnit,
    string UnitOfIssue,
    IReadOnlyList<PackageSize> Packages,
    IReadOnlyList<Identifier> Identifiers,
    bool TracksLots,
    bool TracksExpiry,
    bool Retired)
{
    public const int MaxName = 100;
    public const int MaxStrength = 50;
    public const int MaxDosesPerUnit = 1_000;
    public const int MaxItemsPerUnit = 10_000;
    public const int MaxUnitOfIssue = 30;
    public const int MaxPackages = 10;
    public const int MaxIdentifiers = 20;

    /// <summary>Whether another product has the same id and settings, lists compared in their order. Equality compares lists by reference.</summary>
    public bool ContentEquals(Product other) =>
        this with { Packages = other.Packages, Identifiers = other.Identifiers } == other
        && Packages.SequenceEqual(other.Packages)
        && Identifiers.SequenceEqual(other.Identifiers);
}

/// <summary>What funders count a product as.</summary>
public enum Category
{
    OverdoseReversal = 1,
    DrugChecking = 2,
    Syringes = 3,
    SharpsDisposal = 4,
    SaferInjecting = 5,
    SaferSmoking = 6,
    WoundCare = 7,
    SaferSex = 8,
    Hygiene = 9,
    Education = 10,
    Other = 11,
}

/// <summary>How a product comes.</summary>
public enum Form
{
    NasalSpray = 1,
    Vial = 2,
    AutoInjector = 3,
    PrefilledSyringe = 4,
    Kit = 5,
    TestStrip = 6,
    Syringe = 7,
    Item = 8,
}
