using Google.Protobuf.Collections;
using NodaTime.Text;
using Outreach.Domain;
using Outreach.Domain.Encounters;
using Outreach.Server.Recording;
using Outreach.Server.Stock;
using Enum = System.Enum;
using Wire = Outreach.Protocol.Encounters.V1;

namespace Outreach.Server.Encounters;

internal sealed partial class EncounterWire
{
    /// <summary>An encounter as it was sent, without the participant code.</summary>
    public static Wire.Encounter ToWire(Encounter domain)
    {
        var wire = new Wire.Encounter
        {
            EncounterId = domain.Id.ToString(),
            SiteId = domain.Site.Value,
            OccurredAt = domain.DeviceTime == default ? null : WireTime.ToWire(domain.DeviceTime),
            DeviceId = domain.Device.Value,
            DeviceSequence = domain.Sequence,
            LocationType = WireEnums.ToWire<LocationType, Wire.LocationType>(domain.Location),
            SyringesReturned = ToWire(domain.Returned),
            OnBehalfOf = WireEnums.ToWire<OnBehalfOf, Wire.OnBehalfOf>(domain.OnBehalfOf),
            Others = domain.Others,
            Bulk = domain.Bulk is { } bulk ? new Wire.Bulk { People = bulk.People, LastDay = WireTime.ToWire(bulk.LastDay) } : null,
            PeopleTrained = domain.PeopleTrained,
            OverdoseReport = ToWire(domain.Overdose),
            Provenance = ToWire(domain.Provenance),
        };
        foreach (var line in domain.HandedOut)
            wire.HandedOut.Add(new Wire.HandedOut { ProductId = line.Product.Value ?? "", Units = line.Units.Units, LotNumber = line.Lot.Value });
        Add(domain.Services, wire.Services);
        Add(domain.Referrals, wire.Referrals);
        Add(domain.RefillReasons, wire.RefillReasons);
        foreach (var (question, answer) in domain.Answers)
            wire.Answers.Add(new Wire.QuestionAnswer { QuestionId = question.Value, AnswerId = answer.Value });
        return wire;
    }

    /// <summary>The current content of an encounter.</summary>
    public static Wire.RecordedEncounter ToWire(OriginalRecording original, CountedEncounter current, bool voided, EquatableList<Amendment> amendments)
    {
        var wire = new Wire.RecordedEncounter
        {
            Encounter = ToWire(current.Encounter),
            Version = original.Version,
            Day = LocalDatePattern.Iso.Format(current.Day),
            RecordedAt = WireTime.ToWire(original.RecordedAt),
            OccurredAt = WireTime.ToWire(current.OccurredAt),
            Voided = voided,
            HasParticipantCode = current.Encounter.Participant is not null,
            ParticipantKey = current.Encounter.Participant?.ToString() ?? "",
            LoggedByPersonId = original.By?.Person.Value ?? "",
            LoggedByDeviceId = original.By?.Device?.Value ?? "",
        };
        for (var i = 0; i < current.Allocations.Count; i++)
        {
            foreach (var taken in current.Allocations[i].Taken)
                wire.Allocations.Add(new Protocol.Stock.V1.Allocation
                {
                    ProductId = current.Encounter.HandedOut[i].Product.Value,
                    LotNumber = taken.Lot.Value,
                    Units = taken.Units,
                });
        }

        StockWire.Add(current.Shortfalls(), wire.Shortfalls);
        foreach (var amendment in amendments)
            wire.Amendments.Add(ToWire(amendment));
        return wire;
    }

    /// <summary>The result of recording a record.</summary>
    public static Wire.EncounterResult ToWire(string encounterId, RecordResult result)
    {
        var wire = new Wire.EncounterResult
        {
            EncounterId = encounterId,
            Outcome = WireEnums.ToWire<RecordOutcome, Wire.RecordOutcome>(result.Outcome),
            Version = result.Version,
        };
        StockWire.Add(result.Shortfalls, wire.Shortfalls);
        Add(result.Reasons, wire.Reasons);
        return wire;
    }

    public static Wire.HeldEncounter ToWire(Wire.Encounter sent, HeldDocument held, HeldRecordState state)
    {
        var wire = new Wire.HeldEncounter
        {
            Encounter = sent,
            HeldAt = WireTime.ToWire(held.HeldAt),
            State = WireEnums.ToWire<HeldRecordState, Wire.HeldState>(state),
            ResolvedAt = held.SettledAt is { } settled ? WireTime.ToWire(settled) : null,
            ResolvedByPersonId = held.Actor.Value,
            ResolutionReason = held.Reason,
            ReleasingToSiteId = held.ReleasingTo.Value ?? "",
            LoggedByPersonId = held.Record.By?.Person.Value ?? "",
            LoggedByDeviceId = held.Record.By?.Device?.Value ?? "",
        };
        Add(held.Record.Reasons, wire.Reasons);
        return wire;
    }

    private static void Add(EquatableList<HoldReason> reasons, RepeatedField<Wire.HoldReason> wire)
    {
        foreach (var reason in reasons)
            wire.Add(new Wire.HoldReason
            {
                Code = WireEnums.ToWire<HoldCode, Wire.HoldCode>(reason.Code),
                Field = reason.Field,
                Description = reason.Description,
            });
    }

    private static Wire.Amendment ToWire(Amendment amendment) => new()
    {
        RequestId = amendment.RequestId.ToString(),
        RecordedAt = WireTime.ToWire(amendment.RecordedAt),
        ActorId = amendment.Actor.Value,
        Reason = amendment.Reason.Text,
        Before = ToWire(amendment.Before),
        Voided = amendment.Voided,
    };

    private static Wire.SyringesReturned? ToWire(SyringesReturned? domain) => domain switch
    {
        null => null,
        { Weight: { } weight } => new Wire.SyringesReturned
        {
            Weight = new Wire.SyringeWeight { Grams = weight.Grams, MilligramsEach = weight.MilligramsEach },
        },
        _ => new Wire.SyringesReturned { Count = domain.Count },
    };

    private static Wire.OverdoseReport? ToWire(OverdoseReport? domain)
    {
        if (domain is null)
            return null;

        var wire = new Wire.OverdoseReport
        {
            OverdosesSeen = domain.Seen,
            Reversals = domain.Reversals,
            DosesUsed = domain.DosesUsed,
            RescueBreathing = WireEnums.ToWire<YesNoUnknown, Wire.Answer>(domain.RescueBreathing),
            EmergencyServicesCalled = WireEnums.ToWire<YesNoUnknown, Wire.Answer>(domain.EmergencyServicesCalled),
            NotCalledReason = WireEnums.ToWire<NotCalledReason, Wire.NotCalledReason>(domain.NotCalled),
        };
        if (domain.MillilitresInjected is { } millilitres)
            wire.MillilitresInjected = millilitres;
        Add(domain.FormsUsed, wire.FormsUsed);
        Add(domain.Outcomes, wire.Outcomes);
        Add(domain.SuspectedDrugs, wire.SuspectedDrugs);
        Add(domain.Signs, wire.Signs);
        return wire;
    }

    private static Wire.Provenance? ToWire(Provenance? domain)
    {
        if (domain is null)
            return null;

        var wire = new Wire.Provenance { Source = domain.Source, Reference = domain.Reference };
        wire.Remarks.AddRange(domain.Remarks);
        return wire;
    }

    private static void Add<TDomain, TWire>(EquatableList<TDomain> kinds, RepeatedField<TWire> wire)
        where TDomain : struct, Enum
        where TWire : struct, Enum
    {
        foreach (var kind in kinds)
            wire.Add(WireEnums.ToWire<TDomain, TWire>(kind));
    }
}
