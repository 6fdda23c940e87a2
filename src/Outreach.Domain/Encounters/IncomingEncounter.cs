using Outreach.Domain.Recording;

namespace Outreach.Domain.Encounters;

/// <summary>A record as it arrived, parsed as far as possible.</summary>
/// <param name="Encounter">The parsed record. Fields that could not be parsed have their default values and are listed in <paramref name="Errors"/>.</param>
/// <param name="Content">The content hash.</param>
/// <param name="Errors">All errors that can be found without the site and the catalog; empty if the record is well-formed.</param>
/// <param name="Json">The record as it was sent, as JSON without the participant code; empty if not available.</param>
public sealed record IncomingEncounter(Encounter Encounter, ContentHash Content, EquatableList<HoldReason> Errors = default, string Json = "")
{
    private readonly string json = Json;
    private Func<Encounter, string>? format;

    public string Json
    {
        get => json.Length == 0 && format is not null ? format(Encounter) : json;
        init => json = value;
    }

    /// <summary>Creates a well-formed record. Its JSON is written only when it is read, because most records are never held.</summary>
    /// <param name="format">Formats the encounter as JSON.</param>
    public static IncomingEncounter WellFormed(Encounter encounter, ContentHash content, Func<Encounter, string> format) =>
        new(encounter, content) { format = format };
}
