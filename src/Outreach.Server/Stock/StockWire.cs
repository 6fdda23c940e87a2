using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using NodaTime;
using Outreach.Domain;
using Outreach.Domain.Catalog;
using Outreach.Domain.Encounters;
using Outreach.Domain.Recording;
using Outreach.Domain.Stock;
using Outreach.Server.Encounters;
using Outreach.Server.Recording;
using Outreach.Server.Rpc;
using Wire = Outreach.Protocol.Encounters.V1;

namespace Outreach.Server.Stock;

/// <summary>From the API to the domain. The only place, with <see cref="StockWireWriter"/>, where both meet.</summary>
internal sealed class StockWire(ParticipantHasher keys)
{
    /// <summary>The most bytes of one encounter; a larger one is not kept.</summary>
    public const int MaxEncounterBytes = 64 * 1024;

    private const int MaxCodeLength = 64;
    private const int MaxSourceLength = 100;

    private static readonly JsonFormatter Formatter = JsonFormatter.Default;
    private static readonly JsonParser Parser = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(true));

    /// <summary>Reads a record that was sent. The message is changed: it holds the participant's code no longer.</summary>
    /// <param name="small">Whether it is known to have at most <see cref="MaxEncounterBytes"/>.</param>
    /// <param name="malformed">Why it cannot be kept, where it cannot.</param>
    /// <returns>Null where it cannot be kept, because it cannot be told apart.</returns>
    public IncomingEncounter? Parse(Wire.Encounter wire, bool small, out EquatableList<HoldReason> malformed)
    {
        var isId = Guid.TryParseExact(wire.EncounterId, "D", out var id) && id != Guid.Empty;
        var size = small ? 0 : wire.CalculateSize();
        malformed = [];
        if (isId && size <= MaxEncounterBytes)
            return Parse(wire, id);

        var reader = new EncounterParser();
        if (!isId)
            reader.AddMalformed("encounter_id", $"is a UUID; this is '{Excerpt.From(wire.EncounterId)}'.");
        if (size > MaxEncounterBytes)
            reader.AddMalformed("", $"An encounter has at most {MaxEncounterBytes} bytes; this has {size}.");
        else
            reader.Parse(wire, id, ReplaceCodeWithKey(wire, ref reader));
        malformed = EncounterRules.LimitReasons(reader.Errors);
        return null;
    }

    /// <summary>What a person says that an encounter should say; its ids and its device are those of the one it replaces.</summary>
    /// <param name="wire">The message; it is changed, and holds the participant's code no longer.</param>
    /// <param name="encounterId">The id of the one it replaces; whether it is one is seen elsewhere.</param>
    /// <param name="site">The site it counts at; whether it is one is seen elsewhere.</param>
    /// <returns>Null where it is absent or too large.</returns>
    public IncomingEncounter? ParseChange(Wire.Encounter? wire, string encounterId, string site, Violations wrong)
    {
        if (wire is null)
            return null;

        if (wire.CalculateSize() is var size and > MaxEncounterBytes)
        {
            wrong.Add("encounter", $"has at most {MaxEncounterBytes} bytes; this has {size}.");
            return null;
        }

        _ = Guid.TryParseExact(encounterId, "D", out var id);
        (wire.EncounterId, wire.SiteId, wire.DeviceId, wire.DeviceSequence) = (id.ToString(), site, "", 0);
        return Parse(wire, id);
    }

    /// <summary>A held record as it was sent.</summary>
    public static IncomingEncounter Parse(HeldRecord held)
    {
        var reader = new EncounterParser();
        var encounter = reader.Parse(ToWire(held), held.EncounterId, held.Participant);
        return new IncomingEncounter(encounter, held.Content, reader.Errors, held.Json);
    }

    /// <summary>A held record's message as it was sent, without the participant's code.</summary>
    public static Wire.Encounter ToWire(HeldRecord held) => Parser.Parse<Wire.Encounter>(held.Json);

    /// <summary>All that a record says, as JSON without the participant's code.</summary>
    public static string ToJson(IncomingEncounter sent) => sent.Json.Length > 0 ? sent.Json : Formatter.Format(StockWireWriter.ToWire(sent.Encounter));

    /// <summary>Tells the content of an encounter from another.</summary>
    public static ContentHash ComputeContentHash(Encounter encounter)
    {
        var wire = StockWireWriter.ToWire(encounter);
        wire.ParticipantCode = encounter.Participant?.ToString() ?? "";
        return ContentHasher.Compute(wire);
    }

    /// <summary>Reads stock that came in.</summary>
    /// <param name="wire">What was sent.</param>
    /// <param name="product">The product as the catalogue has it now; null where it has none.</param>
    /// <param name="actor">Who records it.</param>
    /// <param name="now">When.</param>
    /// <param name="unfit">What is well-formed but does not fit the product as it is now.</param>
    /// <exception cref="InvalidRequestException">Something is malformed; it names also what does not fit.</exception>
    public static Receipt Parse(Protocol.Stock.V1.ReceiveStockRequest wire, Product? product, ActorId actor, Instant now, out Violations unfit)
    {
        var wrong = new Violations();
        unfit = new Violations();
        var id = ParseUuid("request_id", wire.RequestId, wrong);
        CheckSlug("site_id", wire.SiteId, wrong);
        CheckSlug("product_id", wire.ProductId, wrong);
        var units = ParseUnits(wire.Units, wrong);
        var lot = ParseLot(wire.LotNumber, wrong);
        var expires = WireTime.ParseDay("expires_on", wire.ExpiresOn, wrong);
        var occurred = WireTime.Parse("occurred_at", wire.OccurredAt, wrong);
        if (occurred > now + DeviceClock.FutureTolerance)
            wrong.Add("occurred_at", $"is at most 5 minutes after now, {now}; this is {occurred}.");
        if (occurred < DeviceClock.Earliest)
            wrong.Add("occurred_at", $"is not before {DeviceClock.Earliest}; this is {occurred}.");
        if (wire.Source.Length > MaxSourceLength)
            wrong.Add("source", $"has at most {MaxSourceLength} characters; this has {wire.Source.Length}.");
        if (product is not null)
            CheckTracking(wire, product, wrong.Any ? wrong : unfit);
        wrong.ThrowIfAny();
        return new Receipt(id, ContentHasher.Compute(wire), new ProductId(wire.ProductId), units, lot, expires, occurred, wire.Source, actor);
    }

    public static Settlement Parse(Protocol.Stock.V1.SettleShortfallRequest wire, ActorId actor)
    {
        var wrong = new Violations();
        var id = ParseUuid("request_id", wire.RequestId, wrong);
        CheckSlug("site_id", wire.SiteId, wrong);
        CheckSlug("product_id", wire.ProductId, wrong);
        var units = ParseUnits(wire.Units, wrong);
        LotNumber? lot = wire.LotNumber switch
        {
            "" => null,
            "-" => default(LotNumber),
            var number => ParseLot(number, wrong),
        };
        var reason = ParseReason(wire.Reason, wrong);
        wrong.ThrowIfAny();
        return new Settlement(id, ContentHasher.Compute(wire), new ProductId(wire.ProductId), units, actor, reason, lot);
    }

    /// <summary>Reads what every request has that changes something which was recorded.</summary>
    /// <param name="whole">The whole request, the participant's code replaced in it.</param>
    /// <param name="wrong">Where to say what is wrong; the change is not to be used then.</param>
    public static ChangeRequest ParseChange(
        IMessage whole, string requestId, string encounterId, ActorId actor, string reason, Violations wrong, out Guid encounter)
    {
        var id = ParseUuid("request_id", requestId, wrong);
        encounter = ParseUuid("encounter_id", encounterId, wrong);
        return new ChangeRequest(id, ContentHasher.Compute(whole), actor, ParseReason(reason, wrong));
    }

    public static Guid ParseUuid(string field, string wire, Violations wrong)
    {
        if (!Guid.TryParseExact(wire, "D", out var id) || id == Guid.Empty)
            wrong.Add(field, $"is a UUID; this is '{Excerpt.From(wire)}'.");
        return id;
    }

    public static void CheckSlug(string field, string wire, Violations wrong)
    {
        if (!Slug.IsValid(wire))
            wrong.Add(field, $"is {Slug.Rule}; this is '{Excerpt.From(wire)}'.");
    }

    /// <summary>By how much a device's clock is to be set right.</summary>
    public static NodaTime.Duration ParseClockCorrection(Timestamp? deviceClock, Instant now, Violations wrong) =>
        DeviceClock.ComputeCorrection(WireTime.Parse("device_clock", deviceClock, wrong), now);

    private IncomingEncounter Parse(Wire.Encounter wire, Guid id)
    {
        var reader = new EncounterParser();
        var participant = ReplaceCodeWithKey(wire, ref reader);
        if (wire.EncounterId != id.ToString())
            wire.EncounterId = id.ToString();
        var encounter = reader.Parse(wire, id, participant);
        var content = ContentHasher.Compute(wire);
        var wrong = reader.Errors;
        return wrong.Count == 0 ? new IncomingEncounter(encounter, content) : new IncomingEncounter(encounter, content, wrong, ToJsonWithoutCode(wire, encounter));
    }

    /// <summary>Puts what is kept of the participant's code in its place.</summary>
    private ParticipantKey? ReplaceCodeWithKey(Wire.Encounter wire, ref EncounterParser reader)
    {
        if (wire.ParticipantCode.Length == 0)
            return null;

        if (wire.ParticipantCode.Length > MaxCodeLength)
            reader.AddMalformed("participant_code", $"has at most {MaxCodeLength} characters; this has {wire.ParticipantCode.Length}.");
        var key = keys.Hash(wire.ParticipantCode);
        wire.ParticipantCode = key?.ToString() ?? "";
        return key;
    }

    private static string ToJsonWithoutCode(Wire.Encounter wire, Encounter read)
    {
        var shown = wire.Clone();
        shown.ParticipantCode = "";
        // A time that is no time cannot be written as JSON: the reason tells what it was.
        if (shown.OccurredAt is not null && !WireTime.TryParse(shown.OccurredAt, out _))
            shown.OccurredAt = null;
        return Formatter.Format(shown);
    }

    private static Quantity ParseUnits(int wire, Violations wrong)
    {
        if (wire is >= 1 and <= Quantity.Max)
            return new Quantity(wire);

        wrong.Add("units", $"is 1 to {Quantity.Max}; this is {wire}.");
        return default;
    }

    private static LotNumber ParseLot(string wire, Violations wrong)
    {
        if (wire.Length == 0 || LotNumber.IsValid(wire))
            return new LotNumber(wire);

        wrong.Add("lot_number", $"is {LotNumber.Rule}; this is '{Excerpt.From(wire)}'.");
        return default;
    }

    private static Reason ParseReason(string wire, Violations wrong)
    {
        if (Reason.IsValid(wire))
            return new Reason(wire);

        wrong.Add("reason", $"has 1 to {Reason.MaxLength} characters; this has {wire.Length}.");
        return default;
    }

    private static void CheckTracking(Protocol.Stock.V1.ReceiveStockRequest wire, Product product, Violations wrong)
    {
        if (product.TracksLots && wire.LotNumber.Length == 0)
            wrong.Add("lot_number", $"is required: lots of product '{product.Id}' are told apart.");
        if (!product.TracksLots && wire.LotNumber.Length > 0)
            wrong.Add("lot_number", $"is empty: lots of product '{product.Id}' are not told apart.");
        if (!product.TracksExpiry && wire.ExpiresOn.Length > 0)
            wrong.Add("expires_on", $"is empty: product '{product.Id}' does not expire.");
    }
}
