using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
using NodaTime;
using NodaTime.Text;
using Outreach.Domain;
using Outreach.Domain.Catalog;
using Outreach.Domain.Sites;
using Outreach.Domain.Stock;
using Outreach.Server.Rpc;
using Enum = System.Enum;
using Wire = Outreach.Protocol.Encounters.V1;

namespace Outreach.Server.Stock;

/// <summary>Reads one encounter of the API as far as it can be read, and names everything that cannot.</summary>
internal ref struct EncounterReader
{
    private const int MostPeople = 100_000;
    private const int MostTrained = 10_000;
    private const int MostOthers = 1_000;
    private const int MostInReport = 1_000;
    private const int MostRemarks = 20;
    private const int MostRemark = 200;

    private List<HoldReason>? wrong;

    /// <summary>Everything that is wrong so far.</summary>
    public readonly Few<HoldReason> Wrong => wrong is null ? [] : [.. wrong];

    /// <summary>Reads all but the code of the participant.</summary>
    /// <param name="id">Its id, read.</param>
    /// <param name="participant">What is kept of the code.</param>
    public Encounter Read(Wire.Encounter wire, Guid id, ParticipantKey? participant) => new(
        id,
        ReadSite(wire.SiteId),
        ReadTime(wire.OccurredAt),
        ReadDevice(wire.DeviceId),
        ReadSequence(wire.DeviceSequence),
        ReadKind<Wire.LocationType, LocationType>("location_type", wire.LocationType),
        ReadLines(wire.HandedOut),
        ReadReturned(wire.SyringesReturned),
        ReadKind<Wire.OnBehalfOf, OnBehalfOf>("on_behalf_of", wire.OnBehalfOf),
        ReadCount("others", wire.Others, MostOthers),
        ReadBulk(wire.Bulk),
        ReadKinds<Wire.Service, Service>("services", wire.Services),
        ReadKinds<Wire.ReferralKind, ReferralKind>("referrals", wire.Referrals),
        ReadCount("people_trained", wire.PeopleTrained, MostTrained),
        participant,
        ReadOverdose(wire.OverdoseReport),
        ReadKinds<Wire.RefillReason, RefillReason>("refill_reasons", wire.RefillReasons),
        ReadProvenance(wire.Provenance));

    /// <summary>Notes that a field is malformed.</summary>
    public void Malformed(string field, string description) => Add(HoldCode.Malformed, field, description);

    private void Add(HoldCode code, string field, string description) =>
        (wrong ??= []).Add(new HoldReason(code, field, description));

    private SiteId ReadSite(string wire)
    {
        if (ChosenId.IsValid(wire))
            return new SiteId(wire);

        Add(HoldCode.UnknownSite, "site_id", $"is {ChosenId.Rule}; this is '{Shown.Short(wire)}'.");
        return default;
    }

    private Instant ReadTime(Timestamp? wire)
    {
        if (wire is null)
            Malformed("occurred_at", "is required.");
        else if (Moments.TryRead(wire, out var moment))
            return moment;
        else
            Malformed("occurred_at", $"is a moment in the years 1 to 9998; this is {wire.Seconds} seconds and {wire.Nanos} nanoseconds from 1970.");
        return default;
    }

    private DeviceId ReadDevice(string wire)
    {
        if (wire.Length == 0)
            return default;

        if (DeviceId.IsValid(wire))
            return new DeviceId(wire);

        Malformed("device_id", $"is empty or {DeviceId.Rule}; this is '{Shown.Short(wire)}'.");
        return default;
    }

    private long ReadSequence(long wire)
    {
        if (wire >= 0)
            return wire;

        Malformed("device_sequence", $"is from 1, or 0 where the device does not count; this is {wire}.");
        return 0;
    }

    private Few<HandedOut> ReadLines(RepeatedField<Wire.HandedOut> wire)
    {
        if (wire.Count == 0)
            return [];

        if (wire.Count > Encounter.MaxLines)
        {
            Malformed("handed_out", $"has at most {Encounter.MaxLines} lines; this has {wire.Count}.");
            return [];
        }

        var lines = new HandedOut[wire.Count];
        for (var i = 0; i < lines.Length; i++)
            lines[i] = new HandedOut(ReadProduct(wire[i].ProductId, i), ReadUnits(wire[i].Units, i), ReadLot(wire[i].LotNumber, i));
        return Few.Own(lines);
    }

    private ProductId ReadProduct(string wire, int line)
    {
        if (ChosenId.IsValid(wire))
            return new ProductId(wire);

        Malformed($"handed_out[{line}].product_id", $"is {ChosenId.Rule}; this is '{Shown.Short(wire)}'.");
        return default;
    }

    private Quantity ReadUnits(int wire, int line)
    {
        if (wire is >= 1 and <= Quantity.Max)
            return new Quantity(wire);

        Add(HoldCode.ImpossibleQuantity, $"handed_out[{line}].units", $"is 1 to {Quantity.Max}; this is {wire}.");
        return default;
    }

    private LotNumber ReadLot(string wire, int line)
    {
        if (wire.Length == 0)
            return default;

        if (LotNumber.IsValid(wire))
            return new LotNumber(wire);

        Malformed($"handed_out[{line}].lot_number", $"is empty or {LotNumber.Rule}; this is '{Shown.Short(wire)}'.");
        return default;
    }

    private SyringesReturned? ReadReturned(Wire.SyringesReturned? wire)
    {
        switch (wire?.MeasureCase)
        {
            case null:
                return null;
            case Wire.SyringesReturned.MeasureOneofCase.Count:
                return new SyringesReturned(ReadCount("syringes_returned.count", wire.Count, Quantity.Max));
            case Wire.SyringesReturned.MeasureOneofCase.Weight:
                return ReadWeight(wire.Weight);
            default:
                Malformed("syringes_returned", "has a count or a weight; this has neither.");
                return null;
        }
    }

    private SyringesReturned? ReadWeight(Wire.SyringeWeight wire)
    {
        const string Field = "syringes_returned.weight";
        if (wire.Grams is < 1 or > 10_000_000)
            Add(HoldCode.ImpossibleQuantity, Field + ".grams", $"is 1 to 10000000; this is {wire.Grams}.");
        if (wire.MilligramsEach is < 100 or > 100_000)
            Add(HoldCode.ImpossibleQuantity, Field + ".milligrams_each", $"is 100 to 100000; this is {wire.MilligramsEach}.");
        if (wire.Grams is < 1 or > 10_000_000 || wire.MilligramsEach is < 100 or > 100_000)
            return null;

        var weight = new SyringeWeight(wire.Grams, wire.MilligramsEach);
        if (weight.Count() <= Quantity.Max)
            return new SyringesReturned((int)weight.Count(), weight);

        Add(HoldCode.ImpossibleQuantity, Field, $"is that of at most {Quantity.Max} syringes; this is that of {weight.Count()}.");
        return null;
    }

    private Bulk? ReadBulk(Wire.Bulk? wire)
    {
        if (wire is null)
            return null;

        var people = ReadCount("bulk.people", wire.People, MostPeople);
        if (wire.LastDay.Length == 0)
            return new Bulk(people);

        var day = LocalDatePattern.Iso.Parse(wire.LastDay);
        if (day.Success)
            return new Bulk(people, day.Value);

        Malformed("bulk.last_day", $"is a day, YYYY-MM-DD; this is '{Shown.Short(wire.LastDay)}'.");
        return new Bulk(people);
    }

    private OverdoseReport? ReadOverdose(Wire.OverdoseReport? wire) => wire is null ? null : new OverdoseReport(
        ReadCount("overdose_report.overdoses_seen", wire.OverdosesSeen, MostInReport),
        ReadCount("overdose_report.reversals", wire.Reversals, MostInReport),
        ReadCount("overdose_report.doses_used", wire.DosesUsed, MostInReport),
        ReadKinds<Wire.MedicationForm, MedicationForm>("overdose_report.forms_used", wire.FormsUsed),
        wire.HasMillilitresInjected ? ReadMillilitres(wire.MillilitresInjected) : null,
        ReadKind<Wire.Answer, Answer>("overdose_report.rescue_breathing", wire.RescueBreathing),
        ReadKind<Wire.Answer, Answer>("overdose_report.emergency_services_called", wire.EmergencyServicesCalled),
        ReadKind<Wire.NotCalledReason, NotCalledReason>("overdose_report.not_called_reason", wire.NotCalledReason),
        ReadKinds<Wire.OverdoseOutcome, OverdoseOutcome>("overdose_report.outcomes", wire.Outcomes),
        ReadKinds<Wire.SuspectedDrug, SuspectedDrug>("overdose_report.suspected_drugs", wire.SuspectedDrugs),
        ReadKinds<Wire.OverdoseSign, OverdoseSign>("overdose_report.signs", wire.Signs));

    private double? ReadMillilitres(double wire)
    {
        if (wire is > 0 and <= 100)
            return wire;

        Add(HoldCode.ImpossibleQuantity, "overdose_report.millilitres_injected", $"is above 0 to 100; this is {wire}.");
        return null;
    }

    private Provenance? ReadProvenance(Wire.Provenance? wire)
    {
        if (wire is null)
            return null;

        if (wire.Source.Length is < 1 or > 100)
            Malformed("provenance.source", $"has 1 to 100 characters; this has {wire.Source.Length}.");
        if (wire.Reference.Length > 100)
            Malformed("provenance.reference", $"has at most 100 characters; this has {wire.Reference.Length}.");
        if (wire.Remarks.Count > MostRemarks)
        {
            Malformed("provenance.remarks", $"are at most {MostRemarks}; these are {wire.Remarks.Count}.");
            return new Provenance(wire.Source, wire.Reference);
        }

        for (var i = 0; i < wire.Remarks.Count; i++)
        {
            if (wire.Remarks[i].Length > MostRemark)
                Malformed($"provenance.remarks[{i}]", $"has at most {MostRemark} characters; this has {wire.Remarks[i].Length}.");
        }

        return new Provenance(wire.Source, wire.Reference, [.. wire.Remarks]);
    }

    private int ReadCount(string field, int wire, int most)
    {
        if (wire >= 0 && wire <= most)
            return wire;

        Add(HoldCode.ImpossibleQuantity, field, $"is 0 to {most}; this is {wire}.");
        return 0;
    }

    private TDomain ReadKind<TWire, TDomain>(string field, TWire wire)
        where TWire : struct, Enum
        where TDomain : struct, Enum
    {
        if (WireEnums.TryRead(wire, out TDomain kind))
            return kind;

        Malformed(field, $"is a kind that this server knows; this is {wire}.");
        return default;
    }

    private Few<TDomain> ReadKinds<TWire, TDomain>(string field, RepeatedField<TWire> wire)
        where TWire : struct, Enum
        where TDomain : struct, Enum
    {
        if (wire.Count == 0)
            return [];

        if (wire.Count > WireEnums.Count<TDomain>())
        {
            Malformed(field, $"are at most {WireEnums.Count<TDomain>()}, each at most once; these are {wire.Count}.");
            return [];
        }

        var kinds = new List<TDomain>(wire.Count);
        for (var i = 0; i < wire.Count; i++)
        {
            if (!WireEnums.TryRead(wire[i], out TDomain kind) || EqualityComparer<TDomain>.Default.Equals(kind, default))
            {
                Malformed($"{field}[{i}]", $"is a kind that this server knows; this is {wire[i]}.");
                continue;
            }

            if (kinds.Contains(kind))
                Malformed($"{field}[{i}]", $"is there at most once; {kind} is there again.");
            else
                kinds.Add(kind);
        }

        return [.. kinds];
    }
}
