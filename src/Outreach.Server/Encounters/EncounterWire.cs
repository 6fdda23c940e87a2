using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using NodaTime;
using Outreach.Domain;
using Outreach.Domain.Encounters;
using Outreach.Domain.Recording;
using Outreach.Server.Encounters.Participants;
using Outreach.Server.Recording;
using Outreach.Server.Rpc;
using Wire = Outreach.Protocol.Encounters.V1;

namespace Outreach.Server.Encounters;

/// <summary>Converts encounters between the API and the domain. The participant code is replaced by its key here and goes no further.</summary>
internal sealed partial class EncounterWire(ParticipantHasher hasher)
{
    /// <summary>The maximum number of bytes of one encounter; a larger one is not stored.</summary>
    public const int MaxEncounterBytes = 64 * 1024;

    private const int MaxCodeLength = 64;

    private static readonly JsonFormatter Formatter = JsonFormatter.Default;
    private static readonly JsonParser Parser = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(true));

    /// <summary>A cached delegate, so that parsing a record does not create one.</summary>
    private static readonly Func<Encounter, string> FormatJson = static encounter => Formatter.Format(ToWire(encounter));

    /// <summary>Parses a record. Replaces the participant code in the message by its key.</summary>
    /// <param name="small">True if it is known to have at most <see cref="MaxEncounterBytes"/>.</param>
    /// <param name="malformed">Why it cannot be stored; empty if it can.</param>
    /// <returns>The record; null if it has no valid id or is too large, and so cannot be stored.</returns>
    public IncomingEncounter? Parse(Wire.Encounter wire, bool small, out EquatableList<HoldReason> malformed)
    {
        var isId = FieldParser.TryParseUuid(wire.EncounterId, out var id);
        var size = small ? 0 : wire.CalculateSize();
        malformed = [];
        if (isId && size <= MaxEncounterBytes)
            return Parse(wire, id);

        var parser = new EncounterParser();
        if (!isId)
            parser.AddMalformed("encounter_id", $"must be a UUID; this is '{Excerpt.From(wire.EncounterId)}'.");
        if (size > MaxEncounterBytes)
            parser.AddMalformed("", $"An encounter must have at most {MaxEncounterBytes} bytes; this has {size}.");
        else
            parser.Parse(wire, id, ReplaceCodeWithKey(wire, ref parser));
        malformed = EncounterRules.LimitReasons(parser.Errors);
        return null;
    }

    /// <summary>Parses the new content of an encounter, which gets the ids and device of the encounter that it replaces.</summary>
    /// <param name="wire">The message; its participant code is replaced by its key.</param>
    /// <param name="encounterId">The id of the encounter that it replaces; not checked here.</param>
    /// <param name="site">The site where it counts; not checked here.</param>
    /// <returns>The encounter; null if it is absent or too large.</returns>
    public IncomingEncounter? ParseCorrection(Wire.Encounter? wire, string encounterId, string site, Violations violations)
    {
        if (wire is null)
            return null;

        if (wire.CalculateSize() is var size and > MaxEncounterBytes)
        {
            violations.Add("encounter", $"must have at most {MaxEncounterBytes} bytes; this has {size}.");
            return null;
        }

        _ = Guid.TryParseExact(encounterId, "D", out var id);
        (wire.EncounterId, wire.SiteId, wire.DeviceId, wire.DeviceSequence) = (id.ToString(), site, "", 0);
        return Parse(wire, id);
    }

    /// <summary>Parses a held record as it was sent.</summary>
    public static IncomingEncounter ParseHeld(HeldRecord held)
    {
        var parser = new EncounterParser();
        var encounter = parser.Parse(ToWire(held), held.EncounterId, held.Participant);
        return new IncomingEncounter(encounter, held.Content, parser.Errors, held.Json);
    }

    /// <summary>The message of a held record as it was sent, without the participant code.</summary>
    public static Wire.Encounter ToWire(HeldRecord held) => Parser.Parse<Wire.Encounter>(held.Json);

    /// <summary>A correction of a held record, with the record's id and device, and its participant if the correction has none.</summary>
    public static IncomingEncounter ApplyCorrection(HeldRecord held, IncomingEncounter corrected)
    {
        var encounter = corrected.Encounter with
        {
            Id = held.EncounterId,
            Device = held.Device,
            Sequence = held.Sequence,
            Participant = corrected.Encounter.Participant ?? held.Participant,
        };
        return corrected with { Encounter = encounter, Content = corrected.Errors.Count == 0 ? ComputeContentHash(encounter) : corrected.Content };
    }

    /// <summary>The incoming record that an encounter would be if it were sent.</summary>
    public static IncomingEncounter ToIncoming(Encounter encounter) =>
        IncomingEncounter.WellFormed(encounter, ComputeContentHash(encounter), FormatJson);

    /// <summary>Hashes the content of an encounter as if it were sent.</summary>
    public static ContentHash ComputeContentHash(Encounter encounter)
    {
        var wire = ToWire(encounter);
        wire.ParticipantCode = encounter.Participant?.ToString() ?? "";
        return ContentHasher.Compute(wire);
    }

    /// <summary>Parses the fields that all requests to change a record have.</summary>
    /// <param name="request">The whole request, with the participant code replaced.</param>
    public static ChangeRequest ParseChange(
        IMessage request, string requestId, string encounterId, ActorId actor, string reason, Violations violations, out Guid encounter)
    {
        var id = FieldParser.ParseUuid(requestId, "request_id", violations);
        encounter = FieldParser.ParseUuid(encounterId, "encounter_id", violations);
        return new ChangeRequest(id, ContentHasher.Compute(request), actor, RecordingFields.ParseReason(reason, violations));
    }

    /// <summary>Computes the duration to add to a device's times.</summary>
    public static NodaTime.Duration ParseClockCorrection(Timestamp? deviceClock, Instant now, Violations violations) =>
        DeviceClock.ComputeCorrection(FieldParser.ParseOptionalInstant(deviceClock, "device_clock", violations), now);

    private IncomingEncounter Parse(Wire.Encounter wire, Guid id)
    {
        var parser = new EncounterParser();
        var participant = ReplaceCodeWithKey(wire, ref parser);
        if (wire.EncounterId != id.ToString())
            wire.EncounterId = id.ToString();
        var encounter = parser.Parse(wire, id, participant);
        var content = ContentHasher.Compute(wire);
        var errors = parser.Errors;
        return errors.Count == 0
            ? IncomingEncounter.WellFormed(encounter, content, FormatJson)
            : new IncomingEncounter(encounter, content, errors, ToJsonWithoutCode(wire));
    }

    /// <summary>Replaces the participant code by its key.</summary>
    private ParticipantKey? ReplaceCodeWithKey(Wire.Encounter wire, ref EncounterParser parser)
    {
        if (wire.ParticipantCode.Length == 0)
            return null;

        if (wire.ParticipantCode.Length > MaxCodeLength)
            parser.AddMalformed("participant_code", $"must have at most {MaxCodeLength} characters; this has {wire.ParticipantCode.Length}.");
        var key = hasher.Hash(wire.ParticipantCode);
        wire.ParticipantCode = key?.ToString() ?? "";
        return key;
    }

    private static string ToJsonWithoutCode(Wire.Encounter wire)
    {
        var message = wire.Clone();
        message.ParticipantCode = "";
        // An invalid time cannot be written as JSON; the error contains it.
        if (message.OccurredAt is not null && !FieldParser.TryParseInstant(message.OccurredAt, out _))
            message.OccurredAt = null;
        return Formatter.Format(message);
    }
}
