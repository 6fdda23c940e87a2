using Outreach.Domain.Recording;

namespace Outreach.Domain.Encounters;

/// <summary>A record as it arrived: read as far as it could be.</summary>
/// <param name="Encounter">What it says. Where fields could not be read they are at their defaults, and <paramref name="Errors"/> names them.</param>
/// <param name="Content">Tells the same content from another.</param>
/// <param name="Errors">Everything that is wrong with it in itself, whatever the site and the catalogue know; empty where it is well-formed.</param>
/// <param name="Json">All that was sent, as JSON without the participant code; empty where it is not kept.</param>
public sealed record IncomingEncounter(Encounter Encounter, ContentHash Content, EquatableList<HoldReason> Errors = default, string Json = "")
{
    private readonly string json = Json;
    private Func<Encounter, string>? format;

    public string Json
    {
        get => json.Length == 0 && format is not null ? format(Encounter) : json;
        init => json = value;
    }

    /// <summary>A well-formed record, whose JSON is written only if it is asked for, because most records are never held.</summary>
    /// <param name="format">Writes the JSON.</param>
    public static IncomingEncounter WellFormed(Encounter encounter, ContentHash content, Func<Encounter, string> format) =>
        new(encounter, content) { format = format };
}
