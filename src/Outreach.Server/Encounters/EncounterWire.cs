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

/// <summary>Encounters between the API and the domain. The participant's code never gets further than here.</summary>
internal sealed partial class EncounterWire(ParticipantHasher hasher)
{
    /// <summary>The most bytes of one encounter; a larger one is not kept.</summary>
    public const int MaxEncounterBytes = 64 * 1024;

    private const int MaxCodeLength = 64;

    private static readonly JsonFormatter Formatter = JsonFormatter.Default;
    private static readonly JsonParser Parser = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(true));

    /// <summary>Kept as a delegate so that parsing a record does not create one.</summary>
    private static readonly Func<Encounter, string> FormatJson = static encounter => Formatter.Format(ToWire(encounter));

    /// <summary>Parses a record that was sent. In the message the participant's code is replaced by its key.</summary>
    /// <param name="small">Whether it is known to have at most <see cref="MaxEncounterBytes"/>.</param>
    /// <param name="malformed">Why it cannot be kept, where it cannot.</param>
    /// <returns>Null where it has no valid id or is too large, and so cannot be kept.</returns>
    public IncomingEncounter? Parse(Wire.Encounter wire, bool small, out EquatableList<HoldReason> malformed)
    {
        var isId = FieldParser.TryParseUuid(wire.EncounterId, out var id);
        var size = small ? 0 : wire.CalculateSize();
        malformed = [];
        if (isId && size <= MaxEncounterBytes)
            return Parse(wire, id);

        var parser = new EncounterParser();
        if (!isId)
            parser.AddMalformed("encounter_id", $"is a UUID; this is '{Excerpt.From(wire.EncounterId)}'.");
        if (size > MaxEncounterBytes)
            parser.AddMalformed("", $"An encounter has at most {MaxEncounterBytes} bytes; this has {size}.");
        else
            parser.Parse(wire, id, ReplaceCodeWithKey(wire, ref parser));
        malformed = EncounterRules.LimitReasons(parser.Errors);
        return null;
    }

    /// <summary>Parses what an encounter should say; its ids and its device are those of the one that it replaces.</summary>
    /// <param name="wire">The message; in it the participant's code is replaced by its key.</param>
    /// <param name="encounterId">The id of the one that it replaces; it is not checked here.</param>
    /// <param name="site">The site that it counts at; it is not checked here.</param>
    /// <returns>Null where it is absent or too large.</returns>
    public IncomingEncounter? ParseCorrection(Wire.Encounter? wire, string encounterId, string site, Violations violations)
    {
        if (wire is null)
            return null;

        if (wire.CalculateSize() is var size and > MaxEncounterBytes)
        {
            violations.Add("encounter", $"has at most {MaxEncounterBytes} bytes; this has {size}.");
            return null;
        }

        _ = Guid.TryParseExact(encounterId, "D", out var id);
        (wire.EncounterId, wire.SiteId, wire.DeviceId, wire.DeviceSequence) = (id.ToString(), site, "", 0);
        return Parse(wire, id);
    }

    /// <summary>A held record as it was sent.</summary>
    public static IncomingEncounter ParseHeld(HeldRecord held)
    {
        var parser = new EncounterParser();
        var encounter = parser.Parse(ToWire(held), held.EncounterId, held.Participant);
        return new IncomingEncounter(encounter, held.Content, parser.Errors, held.Json);
    }

    /// <summary>A held record's message as it was sent, without the participant's code.</summary>
    public static Wire.Encounter ToWire(HeldRecord held) => Parser.Parse<Wire.Encounter>(held.Json);

    /// <summary>A correction of a held record, with the record's id and device, and its participant where the correction names none.</summary>
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

    /// <summary>An encounter as if it had been sent.</summary>
    public static IncomingEncounter ToIncoming(Encounter encounter) =>
        IncomingEncounter.WellFormed(encounter, ComputeContentHash(encounter), FormatJson);

    /// <summary>Hashes the content of an encounter, as if it had been sent.</summary>
    public static ContentHash ComputeContentHash(Encounter encounter)
    {
        var wire = ToWire(encounter);
        wire.ParticipantCode = encounter.Participant?.ToString() ?? "";
        return ContentHasher.Compute(wire);
    }

    /// <summary>Parses the fields of every request that changes what was recorded.</summary>
    /// <param name="request">The whole request, the participant's code replaced in it.</param>
    public static ChangeRequest ParseChange(
        IMessage request, string requestId, string encounterId, ActorId actor, string reason, Violations violations, out Guid encounter)
    {
        var id = FieldParser.ParseUuid(requestId, "request_id", violations);
        encounter = FieldParser.ParseUuid(encounterId, "encounter_id", violations);
        return new ChangeRequest(id, ContentHasher.Compute(request), actor, RecordingFields.ParseReason(reason, violations));
    }

    /// <summary>What to add to a device's times.</summary>
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

    /// <summary>Replaces the participant's code by its key.</summary>
    private ParticipantKey? ReplaceCodeWithKey(Wire.Encounter wire, ref EncounterParser parser)
    {
        if (wire.ParticipantCode.Length == 0)
            return null;

        if (wire.ParticipantCode.Length > MaxCodeLength)
            parser.AddMalformed("participant_code", $"has at most {MaxCodeLength} characters; this has {wire.ParticipantCode.Length}.");
        var key = hasher.Hash(wire.ParticipantCode);
        wire.ParticipantCode = key?.ToString() ?? "";
        return key;
    }

    private static string ToJsonWithoutCode(Wire.Encounter wire)
    {
        var message = wire.Clone();
        message.ParticipantCode = "";
        // An impossible time cannot be written as JSON; the error says what it was.
        if (message.OccurredAt is not null && !FieldParser.TryParseInstant(message.OccurredAt, out _))
            message.OccurredAt = null;
        return Formatter.Format(message);
    }
}
