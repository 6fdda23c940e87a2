using NodaTime;
using Outreach.Domain.Encounters;
using Outreach.Domain.Recording;
using Outreach.Server.Recording;
using Outreach.Server.Rpc;
using Wire = Outreach.Protocol.Encounters.V1;

namespace Outreach.Server.Encounters;

/// <summary>The filter of a list of encounters.</summary>
/// <param name="TokenScope">The list and its filters, for the token of the next page.</param>
/// <param name="Participant">Only encounters with this key; null for all.</param>
internal sealed record EncounterFilter(
    string TokenScope,
    PageRequest Page,
    string Site,
    LocalDate? FromDay,
    LocalDate? ToDay,
    string Product,
    string Device,
    ParticipantKey? Participant,
    bool WithOverdoseReport,
    bool IncludeVoided,
    string LoggedByPerson,
    string LoggedByDevice)
{
    /// <summary>The largest offset of a time zone from UTC.</summary>
    private static readonly Duration MaxZoneOffset = Duration.FromHours(19);

    /// <summary>The earliest time that can be on the first day in any time zone; null for no bound.</summary>
    public Instant? From => FromDay is { } day ? day.AtMidnight().InUtc().ToInstant() - MaxZoneOffset : null;

    /// <summary>The latest time that can be on the last day in any time zone; null for no bound.</summary>
    public Instant? To => ToDay is { } day ? day.AtMidnight().InUtc().ToInstant() + Duration.FromDays(1) + MaxZoneOffset : null;

    public static EncounterFilter Parse(Wire.ListEncountersRequest wire)
    {
        var violations = new Violations();
        FieldParser.CheckOptionalId(wire.SiteId, "site_id", violations);
        FieldParser.CheckOptionalId(wire.ProductId, "product_id", violations);
        if (wire.DeviceId.Length > 0 && !ReportedDeviceId.IsValid(wire.DeviceId))
            violations.Add("device_id", $"must be empty or {ReportedDeviceId.Rule}; this is '{Excerpt.From(wire.DeviceId)}'.");
        FieldParser.CheckOptionalId(wire.LoggedByPersonId, "logged_by_person_id", violations);
        FieldParser.CheckOptionalId(wire.LoggedByDeviceId, "logged_by_device_id", violations);
        var from = FieldParser.ParseOptionalDay(wire.FromDay, "from_day", violations);
        var to = FieldParser.ParseOptionalDay(wire.ToDay, "to_day", violations);
        var participant = ParseParticipantKey(wire.ParticipantKey, violations);
        var list = $"encounters/{wire.SiteId}/{from}/{to}/{wire.ProductId}/{wire.DeviceId}/{participant}/{wire.WithOverdoseReport}/{wire.IncludeVoided}";
        if (wire.LoggedByPersonId.Length > 0)
            list += $"/person={wire.LoggedByPersonId}";
        if (wire.LoggedByDeviceId.Length > 0)
            list += $"/device={wire.LoggedByDeviceId}";
        var page = Paging.Parse(wire.PageSize, wire.PageToken, list, keyParts: 2, violations);
        PageCursor.Validate(page, violations);
        violations.ThrowIfAny();
        return new EncounterFilter(
            list, page, wire.SiteId, from, to, wire.ProductId, wire.DeviceId, participant, wire.WithOverdoseReport, wire.IncludeVoided,
            wire.LoggedByPersonId, wire.LoggedByDeviceId);
    }

    /// <summary>True if the current content of an encounter matches the filter.</summary>
    public bool Includes(CountedEncounter current, bool voided, Submitter? by) =>
        (!voided || IncludeVoided)
        && (LoggedByPerson.Length == 0 || by?.Person.Value == LoggedByPerson)
        && (LoggedByDevice.Length == 0 || by?.Device?.Value == LoggedByDevice)
        && (FromDay is not { } from || current.Day >= from)
        && (ToDay is not { } to || current.Day <= to)
        && (Device.Length == 0 || current.Encounter.Device.Value == Device)
        && (Participant is null || current.Encounter.Participant == Participant)
        && (!WithOverdoseReport || current.Encounter.Overdose is not null)
        && (Product.Length == 0 || HandsOutProduct(current.Encounter));

    /// <summary>True if an encounter that occurred at this time can match the filter.</summary>
    public bool MayInclude(Instant occurred) => (From is not { } from || occurred >= from) && (To is not { } to || occurred <= to);

    private bool HandsOutProduct(Encounter encounter)
    {
        foreach (var line in encounter.HandedOut)
        {
            if (line.Product.Value == Product)
                return true;
        }

        return false;
    }

    private static ParticipantKey? ParseParticipantKey(string wire, Violations violations)
    {
        if (wire.Length == 0)
            return null;

        if (Guid.TryParseExact(wire, "N", out var hash))
            return new ParticipantKey(hash);

        violations.Add("participant_key", "must be empty or the 32 hexadecimal digits of an encounter's participant_key; this is neither.");
        return null;
    }
}
