using System.Globalization;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Outreach.Protocol.Encounters.V1;
using Outreach.Tool.Import.Columns;

namespace Outreach.Tool.Ledger;

/// <summary>Writes encounters as they stand, without participant codes and their keys. The mapping outreach-export reads the CSV again.</summary>
internal static class EncounterExport
{
    private const int PageSize = 1_000;
    private static readonly JsonFormatter Json = new(JsonFormatter.Settings.Default.WithPreserveProtoFieldNames(true));

    private static readonly (string Name, Func<RecordedEncounter, string> Of)[] Columns =
    [
        ("site_id", r => r.Encounter.SiteId),
        ("encounter_id", r => r.Encounter.EncounterId),
        ("version", r => $"{r.Version}"),
        ("day", r => r.Day),
        ("occurred_at", r => FormatTimestamp(r.OccurredAt)),
        ("recorded_at", r => FormatTimestamp(r.RecordedAt)),
        ("voided", r => r.Voided ? "yes" : "no"),
        ("corrections", r => $"{r.Amendments.Count(a => !a.Voided)}"),
        ("people", r => $"{r.Encounter.Bulk?.People ?? 1}"),
        ("bulk_people", r => r.Encounter.Bulk is { } bulk ? $"{bulk.People}" : ""),
        ("last_day", r => r.Encounter.Bulk?.LastDay ?? ""),
        ("location_type", r => FormatEnum(r.Encounter.LocationType)),
        ("on_behalf_of", r => FormatEnum(r.Encounter.OnBehalfOf)),
        ("others", r => $"{r.Encounter.Others}"),
        ("handed_out", r => HandedOut(r.Encounter)),
        ("handed_out_lines", r => HandedOutListColumn.Write(r.Encounter.HandedOut)),
        ("lots", r => string.Join("; ", r.Allocations.Where(a => a.LotNumber.Length > 0).Select(a => $"{a.ProductId}:{a.Units} of {a.LotNumber}"))),
        ("shortfalls", r => string.Join(' ', r.Shortfalls.Select(s => $"{s.ProductId}:{s.Units}"))),
        ("syringes_returned", r => FormatReturned(r.Encounter.SyringesReturned)),
        ("syringes_returned_count", r => r.Encounter.SyringesReturned is { HasCount: true } returned ? $"{returned.Count}" : ""),
        ("syringes_returned_grams", r => r.Encounter.SyringesReturned?.Weight is { } weight ? $"{weight.Grams}" : ""),
        ("syringes_returned_milligrams_each", r => r.Encounter.SyringesReturned?.Weight is { } weight ? $"{weight.MilligramsEach}" : ""),
        ("services", r => JoinEnums(r.Encounter.Services)),
        ("referrals", r => JoinEnums(r.Encounter.Referrals)),
        ("people_trained", r => $"{r.Encounter.PeopleTrained}"),
        ("refill_reasons", r => JoinEnums(r.Encounter.RefillReasons)),
        ("overdoses_seen", Reported(o => $"{o.OverdosesSeen}")),
        ("reversals", Reported(o => $"{o.Reversals}")),
        ("doses_used", Reported(o => $"{o.DosesUsed}")),
        ("forms_used", Reported(o => JoinEnums(o.FormsUsed))),
        ("millilitres_injected", Reported(o => o.HasMillilitresInjected ? o.MillilitresInjected.ToString(CultureInfo.InvariantCulture) : "")),
        ("rescue_breathing", Reported(o => FormatEnum(o.RescueBreathing))),
        ("emergency_services_called", Reported(o => FormatEnum(o.EmergencyServicesCalled))),
        ("not_called_reason", Reported(o => FormatEnum(o.NotCalledReason))),
        ("outcomes", Reported(o => JoinEnums(o.Outcomes))),
        ("suspected_drugs", Reported(o => JoinEnums(o.SuspectedDrugs))),
        ("signs", Reported(o => JoinEnums(o.Signs))),
        ("answers", r => string.Join(' ', r.Encounter.Answers.Select(a => $"{a.QuestionId}:{a.AnswerId}"))),
        ("device_id", r => r.Encounter.DeviceId),
        ("device_sequence", r => r.Encounter.DeviceSequence == 0 ? "" : $"{r.Encounter.DeviceSequence}"),
        ("source", r => r.Encounter.Provenance?.Source ?? ""),
        ("reference", r => r.Encounter.Provenance?.Reference ?? ""),
        ("remarks", r => string.Join("; ", r.Encounter.Provenance?.Remarks ?? [])),
        ("logged_by_person_id", r => r.LoggedByPersonId),
        ("logged_by_device_id", r => r.LoggedByDeviceId),
    ];

    public static async Task WriteAsync(
        EncounterService.EncounterServiceClient encounters, RecordWriter writer, Action<int> written, CancellationToken cancellation)
    {
        writer.WriteHeader(Columns.Select(c => c.Name));
        var request = new ListEncountersRequest { PageSize = PageSize, IncludeVoided = true };
        do
        {
            var page = await encounters.ListEncountersAsync(request, cancellationToken: cancellation);
            foreach (var encounter in page.Encounters)
                Write(writer, encounter);
            written(page.Encounters.Count);
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
    }

    /// <summary>The products and units of an encounter.</summary>
    public static string HandedOut(Encounter said) => string.Join(' ', said.HandedOut.Select(line => $"{line.ProductId}:{line.Units}"));

    private static void Write(RecordWriter writer, RecordedEncounter recorded)
    {
        recorded.ParticipantKey = "";
        recorded.Encounter.ParticipantCode = "";
        foreach (var amendment in recorded.Amendments.Where(a => a.Before is not null))
            amendment.Before.ParticipantCode = "";
        writer.Write(Columns.Select(c => c.Of(recorded)), JsonNode.Parse(Json.Format(recorded))!);
    }

    private static Func<RecordedEncounter, string> Reported(Func<OverdoseReport, string> said) =>
        recorded => recorded.Encounter.OverdoseReport is { } report ? said(report) : "";

    // Zero is "not said" in every enum of the API.
    private static string FormatEnum<TAnswer>(TAnswer answer)
        where TAnswer : struct, System.Enum => answer.Equals(default(TAnswer)) ? "" : EnumNames.Format(answer);

    private static string FormatTimestamp(Timestamp? moment) => moment?.ToDateTime().ToString("O", CultureInfo.InvariantCulture) ?? "";

    private static string FormatReturned(SyringesReturned? returned) => returned?.MeasureCase switch
    {
        SyringesReturned.MeasureOneofCase.Count => $"{returned.Count}",
        SyringesReturned.MeasureOneofCase.Weight => $"{returned.Weight.Grams} g at {returned.Weight.MilligramsEach} mg",
        _ => "0",
    };

    private static string JoinEnums<TAnswer>(IEnumerable<TAnswer> answers)
        where TAnswer : struct, System.Enum => string.Join(' ', answers.Select(EnumNames.Format));
}
