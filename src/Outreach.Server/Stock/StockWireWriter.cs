using Google.Protobuf.Collections;
using NodaTime;
using NodaTime.Text;
using Outreach.Domain;
using Outreach.Domain.Encounters;
using Outreach.Domain.Recording;
using Outreach.Domain.Stock;
using Outreach.Server.Recording;
using Enum = System.Enum;
using Wire = Outreach.Protocol.Encounters.V1;

namespace Outreach.Server.Stock;

/// <summary>From the domain to the API.</summary>
internal static class StockWireWriter
{
    /// <summary>An encounter as it was said, without the participant's code.</summary>
    public static Wire.Encounter ToWire(Encounter said)
    {
        var wire = new Wire.Encounter
        {
            EncounterId = said.Id.ToString(),
            SiteId = said.Site.Value,
            OccurredAt = said.DeviceTime == default ? null : WireTime.ToWire(said.DeviceTime),
            DeviceId = said.Device.Value,
            DeviceSequence = said.Sequence,
            LocationType = WireEnums.ToWire<LocationType, Wire.LocationType>(said.Location),
            SyringesReturned = ToWire(said.Returned),
            OnBehalfOf = WireEnums.ToWire<OnBehalfOf, Wire.OnBehalfOf>(said.OnBehalfOf),
            Others = said.Others,
            Bulk = said.Bulk is { } bulk ? new Wire.Bulk { People = bulk.People, LastDay = WireTime.ToWire(bulk.LastDay) } : null,
            PeopleTrained = said.PeopleTrained,
            OverdoseReport = ToWire(said.Overdose),
            Provenance = ToWire(said.Provenance),
        };
        foreach (var line in said.HandedOut)
            wire.HandedOut.Add(new Wire.HandedOut { ProductId = line.Product.Value ?? "", Units = line.Units.Units, LotNumber = line.Lot.Value });
        Add(said.Services, wire.Services);
        Add(said.Referrals, wire.Referrals);
        Add(said.RefillReasons, wire.RefillReasons);
        return wire;
    }

    /// <summary>An encounter as it stands.</summary>
    public static Wire.RecordedEncounter ToWire(OriginalRecording original, CountedEncounter now, bool voided, EquatableList<Amendment> amendments)
    {
        var wire = new Wire.RecordedEncounter
        {
            Encounter = ToWire(now.Encounter),
            Version = original.Version,
            Day = LocalDatePattern.Iso.Format(now.Day),
            RecordedAt = WireTime.ToWire(original.RecordedAt),
            OccurredAt = WireTime.ToWire(now.OccurredAt),
            Voided = voided,
            HasParticipantCode = now.Encounter.Participant is not null,
            ParticipantKey = now.Encounter.Participant?.ToString() ?? "",
            LoggedByPersonId = original.By?.Person.Value ?? "",
            LoggedByDeviceId = original.By?.Device?.Value ?? "",
        };
        for (var i = 0; i < now.Allocations.Count; i++)
        {
            foreach (var taken in now.Allocations[i].Taken)
                wire.Allocations.Add(new Protocol.Stock.V1.Allocation
                {
                    ProductId = now.Encounter.HandedOut[i].Product.Value,
                    LotNumber = taken.Lot.Value,
                    Units = taken.Units,
                });
        }

        Add(now.Shortfalls(), wire.Shortfalls);
        foreach (var amendment in amendments)
            wire.Amendments.Add(ToWire(amendment));
        return wire;
    }

    /// <summary>What became of a record.</summary>
    public static Wire.EncounterResult ToWire(string encounterId, RecordResult reply)
    {
        var wire = new Wire.EncounterResult
        {
            EncounterId = encounterId,
            Outcome = WireEnums.ToWire<RecordOutcome, Wire.RecordOutcome>(reply.Outcome),
            Version = reply.Version,
        };
        Add(reply.Shortfalls, wire.Shortfalls);
        Add(reply.Reasons, wire.Reasons);
        return wire;
    }

    public static Wire.HeldEncounter ToWire(Wire.Encounter sent, HeldDocument held, HeldRecordState state)
    {
        var wire = new Wire.HeldEncounter
        {
            Sent = sent,
            HeldAt = WireTime.ToWire(held.HeldAt),
            State = WireEnums.ToWire<HeldRecordState, Wire.HeldState>(state),
            SettledAt = held.SettledAt is { } settled ? WireTime.ToWire(settled) : null,
            ActorId = held.Actor.Value,
            SettledReason = held.Reason,
            ReleasingToSiteId = held.ReleasingTo.Value ?? "",
            LoggedByPersonId = held.Record.By?.Person.Value ?? "",
            LoggedByDeviceId = held.Record.By?.Device?.Value ?? "",
        };
        Add(held.Record.Reasons, wire.Reasons);
        return wire;
    }

    /// <summary>What a site holds of a product, on a day of its own time zone.</summary>
    public static Protocol.Stock.V1.ProductStock ToWire(string productId, Shelf shelf, LocalDate today)
    {
        var wire = new Protocol.Stock.V1.ProductStock { ProductId = productId, OnHand = shelf.OnHand(), Shortfall = shelf.Shortfall };
        foreach (var lot in shelf.Lots)
        {
            var expired = lot.ExpiresOn < today;
            wire.Expired += expired ? lot.Units : 0;
            wire.Usable += expired ? 0 : lot.Units;
            wire.Lots.Add(new Protocol.Stock.V1.LotStock
            {
                LotNumber = lot.Number.Value,
                ExpiresOn = WireTime.ToWire(lot.ExpiresOn),
                OnHand = lot.Units,
                Expired = expired,
            });
        }

        return wire;
    }

    /// <summary>A movement that a fact made.</summary>
    public static Protocol.Stock.V1.Movement ToWire(string site, long version, Instant recordedAt, StockEvent fact, in Movement movement)
    {
        var (encounter, request) = IdempotencyKeys.From(fact);
        var (actor, note) = GetActorAndNote(fact);
        return new Protocol.Stock.V1.Movement
        {
            SiteId = site,
            Version = version,
            Kind = WireEnums.ToWire<MovementKind, Protocol.Stock.V1.MovementKind>(movement.Kind),
            ProductId = movement.Product.Value,
            LotNumber = movement.Lot.Value,
            Units = movement.Units,
            Shortfall = movement.IsShortfall,
            OccurredAt = WireTime.ToWire(movement.OccurredAt),
            RecordedAt = WireTime.ToWire(recordedAt),
            CauseId = (encounter ?? request)?.ToString() ?? "",
            ActorId = actor.Value,
            Note = note,
        };
    }

    public static void Add(EquatableList<HoldReason> reasons, RepeatedField<Wire.HoldReason> wire)
    {
        foreach (var reason in reasons)
            wire.Add(new Wire.HoldReason
            {
                Code = WireEnums.ToWire<HoldCode, Wire.HoldCode>(reason.Code),
                Field = reason.Field,
                Description = reason.Description,
            });
    }

    private static (ActorId Actor, string Note) GetActorAndNote(StockEvent fact) => fact switch
    {
        StockEvent.StockReceived received => (received.Actor, received.Source),
        StockEvent.EncounterCorrected corrected => (corrected.Actor, corrected.Reason.Text),
        StockEvent.EncounterVoided voided => (voided.Actor, voided.Reason.Text),
        StockEvent.ShortfallSettled settled => (settled.Actor, settled.Reason.Text),
        _ => (default, ""),
    };

    private static Wire.Amendment ToWire(Amendment amendment) => new()
    {
        RequestId = amendment.RequestId.ToString(),
        RecordedAt = WireTime.ToWire(amendment.RecordedAt),
        ActorId = amendment.Actor.Value,
        Reason = amendment.Reason.Text,
        Before = ToWire(amendment.Before),
        Voided = amendment.Voided,
    };

    private static Wire.SyringesReturned? ToWire(SyringesReturned? said) => said switch
    {
        null => null,
        { Weight: { } weight } => new Wire.SyringesReturned
        {
            Weight = new Wire.SyringeWeight { Grams = weight.Grams, MilligramsEach = weight.MilligramsEach },
        },
        _ => new Wire.SyringesReturned { Count = said.Count },
    };

    private static Wire.OverdoseReport? ToWire(OverdoseReport? said)
    {
        if (said is null)
            return null;

        var wire = new Wire.OverdoseReport
        {
            OverdosesSeen = said.Seen,
            Reversals = said.Reversals,
            DosesUsed = said.DosesUsed,
            RescueBreathing = WireEnums.ToWire<YesNoUnknown, Wire.Answer>(said.RescueBreathing),
            EmergencyServicesCalled = WireEnums.ToWire<YesNoUnknown, Wire.Answer>(said.EmergencyServicesCalled),
            NotCalledReason = WireEnums.ToWire<NotCalledReason, Wire.NotCalledReason>(said.NotCalled),
        };
        if (said.MillilitresInjected is { } millilitres)
            wire.MillilitresInjected = millilitres;
        Add(said.FormsUsed, wire.FormsUsed);
        Add(said.Outcomes, wire.Outcomes);
        Add(said.SuspectedDrugs, wire.SuspectedDrugs);
        Add(said.Signs, wire.Signs);
        return wire;
    }

    private static Wire.Provenance? ToWire(Provenance? said)
    {
        if (said is null)
            return null;

        var wire = new Wire.Provenance { Source = said.Source, Reference = said.Reference };
        wire.Remarks.AddRange(said.Remarks);
        return wire;
    }

    private static void Add(EquatableList<Shortfall> shortfalls, RepeatedField<Protocol.Stock.V1.Shortfall> wire)
    {
        foreach (var (product, units) in shortfalls)
            wire.Add(new Protocol.Stock.V1.Shortfall { ProductId = product.Value, Units = (int)Math.Min(units, int.MaxValue) });
    }

    private static void Add<TDomain, TWire>(EquatableList<TDomain> kinds, RepeatedField<TWire> wire)
        where TDomain : struct, Enum
        where TWire : struct, Enum
    {
        foreach (var kind in kinds)
            wire.Add(WireEnums.ToWire<TDomain, TWire>(kind));
    }
}
