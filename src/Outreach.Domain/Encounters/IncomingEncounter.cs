using Outreach.Domain.Recording;

namespace Outreach.Domain.Encounters;

/// <summary>A record as it arrived: read as far as it could be.</summary>
/// <param name="Encounter">What it says. Where fields could not be read they are at their defaults, and <paramref name="Errors"/> names them.</param>
/// <param name="Content">Tells the same content from another.</param>
/// <param name="Errors">Everything that is wrong with it in itself, whatever the site and the catalogue know; empty where it is well-formed.</param>
/// <param name="Json">Where something is wrong, all that was sent, as JSON without the participant code; empty where nothing is.</param>
public sealed record IncomingEncounter(Encounter Encounter, ContentHash Content, EquatableList<HoldReason> Errors = default, string Json = "");

/// <summary>Why a record is held.</summary>
/// <param name="Code">What kind of reason.</param>
/// <param name="Field">The field by its path in the API, for example <c>handed_out[2].units</c>.</param>
/// <param name="Description">What was wrong, what was sent, what was expected; nothing about a person.</param>
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
