using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using NodaTime;
using Outreach.Domain;
using Outreach.Domain.Catalog;
using Outreach.Domain.Stock;
using Outreach.Server.Rpc;
using Wire = Outreach.Protocol.Encounters.V1;

namespace Outreach.Server.Stock;

/// <summary>From the API to the domain. The only place, with <see cref="StockWriter"/>, where both meet.</summary>
internal sealed class StockWire(ParticipantKeys keys)
{
    /// <summary>The most bytes of one encounter; a larger one is not kept.</summary>
    public const int MostEncounterBytes = 64 * 1024;

    private const int MostCode = 64;
    private const int MostSource = 100;

    private static readonly JsonFormatter Json = JsonFormatter.Default;
    private static readonly JsonParser Parser = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(true));

    /// <summary>Reads a record that was sent. The message is changed: it holds the participant's code no longer.</summary>
    /// <param name="small">Whether it is known to have at most <see cref="MostEncounterBytes"/>.</param>
    /// <param name="malformed">Why it cannot be kept, where it cannot.</param>
    /// <returns>Null where it cannot be kept, because it cannot be told apart.</returns>
    public Sent? Read(Wire.Encounter wire, bool small, out Few<HoldReason> malformed)
    {
        var isId = Guid.TryParseExact(wire.EncounterId, "D", out var id) && id != Guid.Empty;
        var size = small ? 0 : wire.CalculateSize();
        malformed = [];
        if (isId && size <= MostEncounterBytes)
            return Read(wire, id);

        var reader = new EncounterReader();
        if (!isId)
            reader.Malformed("encounter_id", $"is a UUID; this is '{Shown.Short(wire.EncounterId)}'.");
        if (size > MostEncounterBytes)
            reader.Malformed("", $"An encounter has at most {MostEncounterBytes} bytes; this has {size}.");
        else
            reader.Read(wire, id, TakeCode(wire, ref reader));
        malformed = EncounterRules.Shortened(reader.Wrong);
        return null;
    }

    /// <summary>What a person says that an encounter should say; its ids and its device are those of the one it replaces.</summary>
    /// <param name="wire">The message; it is changed, and holds the participant's code no longer.</param>
    /// <param name="encounterId">The id of the one it replaces; whether it is one is seen elsewhere.</param>
    /// <param name="site">The site it counts at; whether it is one is seen elsewhere.</param>
    /// <returns>Null where it is absent or too large.</returns>
    public Sent? ReadChange(Wire.Encounter? wire, string encounterId, string site, Violations wrong)
    {
        if (wire is null)
            return null;

        if (wire.CalculateSize() is var size and > MostEncounterBytes)
        {
            wrong.Add("encounter", $"has at most {MostEncounterBytes} bytes; this has {size}.");
            return null;
        }

        _ = Guid.TryParseExact(encounterId, "D", out var id);
        (wire.EncounterId, wire.SiteId, wire.DeviceId, wire.DeviceSequence) = (id.ToString(), site, "", 0);
        return Read(wire, id);
    }

    /// <summary>A held record as it was sent.</summary>
    public static Sent Read(HeldRecord held)
    {
        var reader = new EncounterReader();
        var encounter = reader.Read(WireOf(held), held.EncounterId, held.Participant);
        return new Sent(encounter, held.Content, reader.Wrong, held.Text);
    }

    /// <summary>A held record's message as it was sent, without the participant's code.</summary>
    public static Wire.Encounter WireOf(HeldRecord held) => Parser.Parse<Wire.Encounter>(held.Text);

    /// <summary>All that a record says, as JSON without the participant's code.</summary>
    public static string TextOf(Sent sent) => sent.Text.Length > 0 ? sent.Text : Json.Format(StockWriter.Encounter(sent.Encounter));

    /// <summary>Tells the content of an encounter from another.</summary>
    public static ContentHash ContentOf(Encounter encounter)
    {
        var wire = StockWriter.Encounter(encounter);
        wire.ParticipantCode = encounter.Participant?.ToString() ?? "";
        return Content.Of(wire);
    }

    /// <summary>Reads stock that came in.</summary>
    /// <param name="wire">What was sent.</param>
    /// <param name="product">The product as the catalogue has it now; null where it has none.</param>
    /// <param name="actor">Who records it.</param>
    /// <param name="now">When.</param>
    /// <param name="unfit">What is well-formed but does not fit the product as it is now.</param>
    /// <exception cref="InvalidRequestException">Something is malformed; it names also what does not fit.</exception>
    public static Receipt Read(Protocol.Stock.V1.ReceiveStockRequest wire, Product? product, ActorId actor, Instant now, out Violations unfit)
    {
        var wrong = new Violations();
        unfit = new Violations();
        var id = ReadId("request_id", wire.RequestId, wrong);
        CheckChosen("site_id", wire.SiteId, wrong);
        CheckChosen("product_id", wire.ProductId, wrong);
        var units = ReadUnits(wire.Units, wrong);
        var lot = ReadLot(wire.LotNumber, wrong);
        var expires = Moments.ReadDay("expires_on", wire.ExpiresOn, wrong);
        var occurred = Moments.Read("occurred_at", wire.OccurredAt, wrong);
        if (occurred > now + DeviceClock.Ahead)
            wrong.Add("occurred_at", $"is at most 5 minutes after now, {now}; this is {occurred}.");
        if (occurred < DeviceClock.Earliest)
            wrong.Add("occurred_at", $"is not before {DeviceClock.Earliest}; this is {occurred}.");
        if (wire.Source.Length > MostSource)
            wrong.Add("source", $"has at most {MostSource} characters; this has {wire.Source.Length}.");
        if (product is not null)
            CheckTracking(wire, product, wrong.Any ? wrong : unfit);
        wrong.ThrowIfAny();
        return new Receipt(id, Content.Of(wire), new ProductId(wire.ProductId), units, lot, expires, occurred, wire.Source, actor);
    }

    public static Settlement Read(Protocol.Stock.V1.SettleShortfallRequest wire, ActorId actor)
    {
        var wrong = new Violations();
        var id = ReadId("request_id", wire.RequestId, wrong);
        CheckChosen("site_id", wire.SiteId, wrong);
        CheckChosen("product_id", wire.ProductId, wrong);
        var units = ReadUnits(wire.Units, wrong);
        LotNumber? lot = wire.LotNumber switch
        {
            "" => null,
            "-" => default(LotNumber),
            var number => ReadLot(number, wrong),
        };
        var reason = ReadReason(wire.Reason, wrong);
        wrong.ThrowIfAny();
        return new Settlement(id, Content.Of(wire), new ProductId(wire.ProductId), units, actor, reason, lot);
    }

    /// <summary>Reads what every request has that changes something which was recorded.</summary>
    /// <param name="whole">The whole request, the participant's code replaced in it.</param>
    /// <param name="wrong">Where to say what is wrong; the change is not to be used then.</param>
    public static Change ReadChange(
        IMessage whole, string requestId, string encounterId, ActorId actor, string reason, Violations wrong, out Guid encounter)
    {
        var id = ReadId("request_id", requestId, wrong);
        encounter = ReadId("encounter_id", encounterId, wrong);
        return new Change(id, Content.Of(whole), actor, ReadReason(reason, wrong));
    }

    public static Guid ReadId(string field, string wire, Violations wrong)
    {
        if (!Guid.TryParseExact(wire, "D", out var id) || id == Guid.Empty)
            wrong.Add(field, $"is a UUID; this is '{Shown.Short(wire)}'.");
        return id;
    }

    public static void CheckChosen(string field, string wire, Violations wrong)
    {
        if (!ChosenId.IsValid(wire))
            wrong.Add(field, $"is {ChosenId.Rule}; this is '{Shown.Short(wire)}'.");
    }

    /// <summary>By how much a device's clock is to be set right.</summary>
    public static NodaTime.Duration ReadShift(Timestamp? deviceClock, Instant now, Violations wrong) =>
        DeviceClock.Shift(Moments.Read("device_clock", deviceClock, wrong), now);

    private Sent Read(Wire.Encounter wire, Guid id)
    {
        var reader = new EncounterReader();
        var participant = TakeCode(wire, ref reader);
        if (wire.EncounterId != id.ToString())
            wire.EncounterId = id.ToString();
        var encounter = reader.Read(wire, id, participant);
        var content = Content.Of(wire);
        var wrong = reader.Wrong;
        return wrong.Count == 0 ? new Sent(encounter, content) : new Sent(encounter, content, wrong, TextWithoutCode(wire, encounter));
    }

    /// <summary>Puts what is kept of the participant's code in its place.</summary>
    private ParticipantKey? TakeCode(Wire.Encounter wire, ref EncounterReader reader)
    {
        if (wire.ParticipantCode.Length == 0)
            return null;

        if (wire.ParticipantCode.Length > MostCode)
            reader.Malformed("participant_code", $"has at most {MostCode} characters; this has {wire.ParticipantCode.Length}.");
        var key = keys.Of(wire.ParticipantCode);
        wire.ParticipantCode = key?.ToString() ?? "";
        return key;
    }

    private static string TextWithoutCode(Wire.Encounter wire, Encounter read)
    {
        var shown = wire.Clone();
        shown.ParticipantCode = "";
        // A time that is no time cannot be written as JSON: the reason tells what it was.
        if (shown.OccurredAt is not null && !Moments.TryRead(shown.OccurredAt, out _))
            shown.OccurredAt = null;
        return Json.Format(shown);
    }

    private static Quantity ReadUnits(int wire, Violations wrong)
    {
        if (wire is >= 1 and <= Quantity.Max)
            return new Quantity(wire);

        wrong.Add("units", $"is 1 to {Quantity.Max}; this is {wire}.");
        return default;
    }

    private static LotNumber ReadLot(string wire, Violations wrong)
    {
        if (wire.Length == 0 || LotNumber.IsValid(wire))
            return new LotNumber(wire);

        wrong.Add("lot_number", $"is {LotNumber.Rule}; this is '{Shown.Short(wire)}'.");
        return default;
    }

    private static Reason ReadReason(string wire, Violations wrong)
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
