using Outreach.Domain.Recording.Settings;

namespace Outreach.Domain.Catalog;

/// <summary>A product that programs hand out.</summary>
/// <param name="Id">The id.</param>
/// <param name="Name">What workers call it, 1 to <see cref="MaxName"/> characters.</param>
/// <param name="Category">What funders count it as.</param>
/// <param name="Form">The form it comes in.</param>
/// <param name="Strength">As printed, at most <see cref="MaxStrength"/> characters; empty if it has none.</param>
/// <param name="DosesPerUnit">Doses in one unit of issue, 0 to <see cref="MaxDosesPerUnit"/>; 0 if it is not a medication.</param>
/// <param name="ItemsPerUnit">Pieces in one unit of issue, 1 to <see cref="MaxItemsPerUnit"/>.</param>
/// <param name="UnitOfIssue">What is handed out and counted, for example a box; 1 to <see cref="MaxUnitOfIssue"/> characters.</param>
/// <param name="Packages">Larger packages it comes in, at most <see cref="MaxPackages"/>.</param>
/// <param name="Identifiers">Codes printed on it, at most <see cref="MaxIdentifiers"/>. No two products in use have the same code.</param>
/// <param name="TracksLots">True if stock is recorded by lot.</param>
/// <param name="TracksExpiry">True if its lots expire. Requires <paramref name="TracksLots"/>.</param>
/// <param name="Retired">True if it is no longer offered.</param>
public sealed record Product(
    ProductId Id,
    string Name,
    Category Category,
    Form Form,
    string Strength,
    int DosesPerUnit,
    int ItemsPerUnit,
    string UnitOfIssue,
    EquatableList<PackageSize> Packages,
    EquatableList<Identifier> Identifiers,
    bool TracksLots,
    bool TracksExpiry,
    bool Retired) : ISettings
{
    public const int MaxName = 100;
    public const int MaxStrength = 50;
    public const int MaxDosesPerUnit = 1_000;
    public const int MaxItemsPerUnit = 10_000;
    public const int MaxUnitOfIssue = 30;
    public const int MaxPackages = 10;
    public const int MaxIdentifiers = 20;

    public string GetId() => Id.Value;
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

/// <summary>The form a product comes in.</summary>
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
