namespace Outreach.Domain.Catalog;

/// <summary>Something a program hands out.</summary>
/// <param name="Id">Which.</param>
/// <param name="Name">What workers call it, 1 to 100 characters.</param>
/// <param name="Category">What funders count it as.</param>
/// <param name="Form">How it comes.</param>
/// <param name="Strength">As printed, at most 50 characters; empty where it has none.</param>
/// <param name="DosesPerUnit">Doses in one unit of issue, 0 to 1,000.</param>
/// <param name="ItemsPerUnit">Pieces in one unit of issue, 1 to 10,000.</param>
/// <param name="UnitOfIssue">What is handed out and counted, 1 to 30 characters.</param>
/// <param name="Packages">Larger packages it comes in, at most 10.</param>
/// <param name="Identifiers">Codes printed on it, at most 20, none of them on another product.</param>
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
    bool Retired);

/// <summary>A package that holds 2 to 100,000 units of issue; its name has 1 to 30 characters.</summary>
public sealed record PackageSize(string Name, int Units);

/// <summary>A code by which a product is known elsewhere, as printed.</summary>
public sealed record Identifier(IdentifierScheme Scheme, string Value);

/// <summary>Kinds of product code; an NDC's hyphens cannot be recovered from its digits, so its segments are told apart.</summary>
public enum IdentifierScheme
{
    Gtin = 1,
    Ndc442 = 2,
    Ndc532 = 3,
    Ndc541 = 4,
    Ndc542 = 5,
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
