namespace Outreach.Domain.Catalog;

/// <summary>Which settings of a product a change is about.</summary>
[Flags]
public enum ProductFields
{
    None = 0,
    Name = 1,
    Category = 2,
    Form = 4,
    Strength = 8,
    DosesPerUnit = 16,
    ItemsPerUnit = 32,
    UnitOfIssue = 64,
    Packages = 128,
    Identifiers = 256,
    TracksLots = 512,
    TracksExpiry = 1024,
    All = 2047,
}
