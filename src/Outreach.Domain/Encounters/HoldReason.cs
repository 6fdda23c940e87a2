namespace Outreach.Domain.Encounters;

/// <summary>Why a record is held.</summary>
/// <param name="Code">The kind of reason.</param>
/// <param name="Field">The field by its path in the API, for example <c>handed_out[2].units</c>.</param>
/// <param name="Description">What was expected and what was sent; nothing about a person.</param>
public sealed record HoldReason(HoldCode Code, string Field, string Description);

/// <summary>Kinds of reason to hold a record. Stored by name.</summary>
public enum HoldCode
{
    UnknownSite = 1,
    UnknownProduct = 2,
    ImpossibleQuantity = 3,
    InTheFuture = 4,
    Malformed = 5,
}
