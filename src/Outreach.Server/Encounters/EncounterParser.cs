using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
using NodaTime;
using NodaTime.Text;
using Outreach.Domain;
using Outreach.Domain.Catalog;
using Outreach.Domain.Encounters;
using Outreach.Domain.Questions;
using Outreach.Domain.Recording;
using Outreach.Domain.Sites;
using Outreach.Domain.Stock;
using Outreach.Server.Recording;
using Outreach.Server.Rpc;
using Enum = System.Enum;
using Wire = Outreach.Protocol.Encounters.V1;

namespace Outreach.Server.Encounters;

/// <summary>Parses one encounter of the API as far as possible, and collects all errors.</summary>
internal ref struct EncounterParser
{
    private const int MaxPeople = 100_000;
    private const int MaxTrained = 10_000;
    private const int MaxOthers = 1_000;
    private const int MaxReportCount = 1_000;
    private const int MaxRemarks = 20;
    private const int MaxRemarkLength = 200;

    private List<HoldReason>? errors;

    /// <summary>All errors so far.</summary>
    public readonly EquatableList<HoldReason> Errors => errors is null ? [] : [.. errors];

    /// <summary>Parses everything except the participant code.</summary>
    /// <param name="id">The parsed id.</param>
    /// <param name="participant">The key of the participant code; null if it has none.</param>
    public Encounter Parse(Wire.Encounter wire, Guid id, ParticipantKey? participant) => new(
        id,
        ParseSite(wire.SiteId),
        ParseTime(wire.OccurredAt),
        ParseDevice(wire.DeviceId),
        ParseSequence(wire.DeviceSequence),
        ParseEnum<Wire.LocationType, LocationType>("location_type", wire.LocationType),
        ParseLines(wire.HandedOut),
        ParseReturned(wire.SyringesReturned),
        ParseEnum<Wire.OnBehalfOf, OnBehalfOf>("on_behalf_of", wire.OnBehalfOf),
        ParseCount("others", wire.Others, MaxOthers),
        ParseBulk(wire.Bulk),
        ParseEnums<Wire.Service, Service>("services", wire.Services),
        ParseEnums<Wire.ReferralKind, ReferralKind>("referrals", wire.Referrals),
        ParseCount("people_trained", wire.PeopleTrained, MaxTrained),
        participant,
        ParseOverdose(wire.OverdoseReport),
        ParseEnums<Wire.RefillReason, RefillReason>("refill_reasons", wire.RefillReasons),
        ParseProvenance(wire.Provenance),
        ParseAnswers(wire.Answers));

    /// <summary>Adds an error for a malformed field.</summary>
    public void AddMalformed(string field, string description) => Add(HoldCode.Malformed, field, description);

    private void Add(HoldCode code, string field, string description) =>
        (errors ??= []).Add(new HoldReason(code, field, description));

    private SiteId ParseSite(string wire)
    {
        if (Slug.IsValid(wire))
            return new SiteId(wire);

        Add(HoldCode.UnknownSite, "site_id", $"must be {Slug.Rule}; this is '{Excerpt.From(wire)}'.");
        return default;
    }

    private Instant ParseTime(Timestamp? wire)
    {
        if (wire is null)
            AddMalformed("occurred_at", "is required.");
        else if (FieldParser.TryParseInstant(wire, out var moment))
            return moment;
        else
            AddMalformed("occurred_at", $"must be a moment in the years 1 to 9998; this is {wire.Seconds} seconds and {wire.Nanos} nanoseconds after 1970.");
        return default;
    }

    private ReportedDeviceId ParseDevice(string wire)
    {
        if (wire.Length == 0)
            return default;

        if (ReportedDeviceId.IsValid(wire))
            return new ReportedDeviceId(wire);

        AddMalformed("device_id", $"must be empty or {ReportedDeviceId.Rule}; this is '{Excerpt.From(wire)}'.");
        return default;
    }

    private long ParseSequence(long wire)
    {
        if (wire >= 0)
            return wire;

        AddMalformed("device_sequence", $"must be at least 1, or 0 if the device does not number its records; this is {wire}.");
        return 0;
    }

    private EquatableList<HandedOut> ParseLines(RepeatedField<Wire.HandedOut> wire)
    {
        if (wire.Count == 0)
            return [];

        if (wire.Count > Encounter.MaxLines)
        {
            AddMalformed("handed_out", $"must have at most {Encounter.MaxLines} lines; this has {wire.Count}.");
            return [];
        }

        var lines = new HandedOut[wire.Count];
        for (var i = 0; i < lines.Length; i++)
            lines[i] = new HandedOut(ParseProduct(wire[i].ProductId, i), ParseUnits(wire[i].Units, i), ParseLot(wire[i].LotNumber, i));
        return EquatableList.Wrap(lines);
    }

    private ProductId ParseProduct(string wire, int line)
    {
        if (Slug.IsValid(wire))
            return new ProductId(wire);

        AddMalformed($"handed_out[{line}].product_id", $"must be {Slug.Rule}; this is '{Excerpt.From(wire)}'.");
        return default;
    }

    private Quantity ParseUnits(int wire, int line)
    {
        if (wire is >= 1 and <= Quantity.Max)
            return new Quantity(wire);

        Add(HoldCode.ImpossibleQuantity, $"handed_out[{line}].units", $"must be 1 to {Quantity.Max}; this is {wire}.");
        return default;
    }

    private LotNumber ParseLot(string wire, int line)
    {
        if (wire.Length == 0)
            return default;

        if (LotNumber.IsValid(wire))
            return new LotNumber(wire);

        AddMalformed($"handed_out[{line}].lot_number", $"must be empty or {LotNumber.Rule}; this is '{Excerpt.From(wire)}'.");
        return default;
    }

    private SyringesReturned? ParseReturned(Wire.SyringesReturned? wire)
    {
        switch (wire?.MeasureCase)
        {
            case null:
                return null;
            case Wire.SyringesReturned.MeasureOneofCase.Count:
                return new SyringesReturned(ParseCount("syringes_returned.count", wire.Count, Quantity.Max));
            case Wire.SyringesReturned.MeasureOneofCase.Weight:
                return ParseWeight(wire.Weight);
            default:
                AddMalformed("syringes_returned", "must have a count or a weight; this has neither.");
                return null;
        }
    }

    private SyringesReturned? ParseWeight(Wire.SyringeWeight wire)
    {
        const string Field = "syringes_returned.weight";
        if (wire.Grams is < 1 or > 10_000_000)
            Add(HoldCode.ImpossibleQuantity, Field + ".grams", $"must be 1 to 10000000; this is {wire.Grams}.");
        if (wire.MilligramsEach is < 100 or > 100_000)
            Add(HoldCode.ImpossibleQuantity, Field + ".milligrams_each", $"must be 100 to 100000; this is {wire.MilligramsEach}.");
        if (wire.Grams is < 1 or > 10_000_000 || wire.MilligramsEach is < 100 or > 100_000)
            return null;

        var weight = new SyringeWeight(wire.Grams, wire.MilligramsEach);
        if (weight.Count() <= Quantity.Max)
            return new SyringesReturned((int)weight.Count(), weight);

        Add(HoldCode.ImpossibleQuantity, Field, $"must be the weight of at most {Quantity.Max} syringes; this is the weight of {weight.Count()}.");
        return null;
    }

    private Bulk? ParseBulk(Wire.Bulk? wire)
    {
        if (wire is null)
            return null;

        var people = ParseCount("bulk.people", wire.People, MaxPeople);
        if (wire.LastDay.Length == 0)
            return new Bulk(people);

        var day = LocalDatePattern.Iso.Parse(wire.LastDay);
        if (day.Success)
            return new Bulk(people, day.Value);

        AddMalformed("bulk.last_day", $"must be a day, YYYY-MM-DD; this is '{Excerpt.From(wire.LastDay)}'.");
        return new Bulk(people);
    }

    private OverdoseReport? ParseOverdose(Wire.OverdoseReport? wire) => wire is null ? null : new OverdoseReport(
        ParseCount("overdose_report.overdoses_seen", wire.OverdosesSeen, MaxReportCount),
        ParseCount("overdose_report.reversals", wire.Reversals, MaxReportCount),
        ParseCount("overdose_report.doses_used", wire.DosesUsed, MaxReportCount),
        ParseEnums<Wire.MedicationForm, MedicationForm>("overdose_report.forms_used", wire.FormsUsed),
        wire.HasMillilitresInjected ? ParseMillilitres(wire.MillilitresInjected) : null,
        ParseEnum<Wire.Answer, YesNoUnknown>("overdose_report.rescue_breathing", wire.RescueBreathing),
        ParseEnum<Wire.Answer, YesNoUnknown>("overdose_report.emergency_services_called", wire.EmergencyServicesCalled),
        ParseEnum<Wire.NotCalledReason, NotCalledReason>("overdose_report.not_called_reason", wire.NotCalledReason),
        ParseEnums<Wire.OverdoseOutcome, OverdoseOutcome>("overdose_report.outcomes", wire.Outcomes),
        ParseEnums<Wire.SuspectedDrug, SuspectedDrug>("overdose_report.suspected_drugs", wire.SuspectedDrugs),
        ParseEnums<Wire.OverdoseSign, OverdoseSign>("overdose_report.signs", wire.Signs));

    private double? ParseMillilitres(double wire)
    {
        if (wire is > 0 and <= 100)
            return wire;

        Add(HoldCode.ImpossibleQuantity, "overdose_report.millilitres_injected", $"must be more than 0 and at most 100; this is {wire}.");
        return null;
    }

    private Provenance? ParseProvenance(Wire.Provenance? wire)
    {
        if (wire is null)
            return null;

        if (wire.Source.Length is < 1 or > 100)
            AddMalformed("provenance.source", $"must have 1 to 100 characters; this has {wire.Source.Length}.");
        if (wire.Reference.Length > 100)
            AddMalformed("provenance.reference", $"must have at most 100 characters; this has {wire.Reference.Length}.");
        if (wire.Remarks.Count > MaxRemarks)
        {
            AddMalformed("provenance.remarks", $"must have at most {MaxRemarks} entries; this has {wire.Remarks.Count}.");
            return new Provenance(wire.Source, wire.Reference);
        }

        for (var i = 0; i < wire.Remarks.Count; i++)
        {
            if (wire.Remarks[i].Length > MaxRemarkLength)
                AddMalformed($"provenance.remarks[{i}]", $"must have at most {MaxRemarkLength} characters; this has {wire.Remarks[i].Length}.");
        }

        return new Provenance(wire.Source, wire.Reference, [.. wire.Remarks]);
    }

    private EquatableList<QuestionAnswer> ParseAnswers(RepeatedField<Wire.QuestionAnswer> wire)
    {
        if (wire.Count == 0)
            return [];

        if (wire.Count > Encounter.MaxAnswers)
        {
            AddMalformed("answers", $"must have at most {Encounter.MaxAnswers} entries; this has {wire.Count}.");
            return [];
        }

        var answers = new List<QuestionAnswer>(wire.Count);
        for (var i = 0; i < wire.Count; i++)
        {
            var (question, answer) = (wire[i].QuestionId, wire[i].AnswerId);
            if (!Slug.IsValid(question))
                AddMalformed($"answers[{i}].question_id", $"must be {Slug.Rule}; this is '{Excerpt.From(question)}'.");
            else if (!Slug.IsValid(answer))
                AddMalformed($"answers[{i}].answer_id", $"must be {Slug.Rule}; this is '{Excerpt.From(answer)}'.");
            else if (answers.Exists(other => other.Question.Value == question))
                AddMalformed($"answers[{i}].question_id", $"must be different from the questions before; this is {question} again.");
            else
                answers.Add(new QuestionAnswer(new QuestionId(question), new AnswerId(answer)));
        }

        return [.. answers];
    }

    private int ParseCount(string field, int wire, int max)
    {
        if (wire >= 0 && wire <= max)
            return wire;

        Add(HoldCode.ImpossibleQuantity, field, $"must be 0 to {max}; this is {wire}.");
        return 0;
    }

    private TDomain ParseEnum<TWire, TDomain>(string field, TWire wire)
        where TWire : struct, Enum
        where TDomain : struct, Enum
    {
        if (WireEnums.TryParse(wire, out TDomain kind))
            return kind;

        AddMalformed(field, $"must be a value that this server knows; this is {wire}.");
        return default;
    }

    private EquatableList<TDomain> ParseEnums<TWire, TDomain>(string field, RepeatedField<TWire> wire)
        where TWire : struct, Enum
        where TDomain : struct, Enum
    {
        if (wire.Count == 0)
            return [];

        if (wire.Count > WireEnums.Count<TDomain>())
        {
            AddMalformed(field, $"must have at most {WireEnums.Count<TDomain>()} different entries; this has {wire.Count}.");
            return [];
        }

        var kinds = new List<TDomain>(wire.Count);
        for (var i = 0; i < wire.Count; i++)
        {
            if (!WireEnums.TryParse(wire[i], out TDomain kind) || EqualityComparer<TDomain>.Default.Equals(kind, default))
            {
                AddMalformed($"{field}[{i}]", $"must be a value that this server knows; this is {wire[i]}.");
                continue;
            }

            if (kinds.Contains(kind))
                AddMalformed($"{field}[{i}]", $"must be different from the entries before; {kind} is repeated.");
            else
                kinds.Add(kind);
        }

        return [.. kinds];
    }
}
