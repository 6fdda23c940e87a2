using System.Globalization;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Outreach.Protocol.Stock.V1;
using Outreach.Tool.Import.Columns;

namespace Outreach.Tool.Ledger;

/// <summary>Writes encounters as they stand, without participant codes and without the keys that tell equal codes.</summary>
internal static class EncounterExport
{
    private const int PageSize = 1_000;
    private static readonly JsonFormatter Json = new(JsonFormatter.Settings.Default.WithPreserveProtoFieldNames(true));

    public static async Task WriteAsync(
        StockService.StockServiceClient stock, RecordWriter writer, Action<int> written, CancellationToken cancellation)
    {
        var request = new ListEncountersRequest { PageSize = PageSize, IncludeVoided = true };
        do
        {
            var page = await stock.ListEncountersAsync(request, cancellationToken: cancellation);
            foreach (var encounter in page.Encounters)
                Write(writer, encounter);
            written(page.Encounters.Count);
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
    }

    private static void Write(RecordWriter writer, RecordedEncounter recorded)
    {
        recorded.ParticipantKey = "";
        recorded.Encounter.ParticipantCode = "";
        foreach (var amendment in recorded.Amendments.Where(a => a.Before is not null))
            amendment.Before.ParticipantCode = "";
        writer.Write(Columns(recorded), JsonNode.Parse(Json.Format(recorded))!);
    }

    private static (string, string)[] Columns(RecordedEncounter recorded)
    {
        var encounter = recorded.Encounter;
        var overdose = encounter.OverdoseReport;
        return
        [
            ("site_id", encounter.SiteId),
            ("encounter_id", encounter.EncounterId),
            ("version", $"{recorded.Version}"),
            ("day", recorded.Day),
            ("occurred_at", Moment(recorded.OccurredAt)),
            ("recorded_at", Moment(recorded.RecordedAt)),
            ("voided", recorded.Voided ? "yes" : "no"),
            ("corrections", $"{recorded.Amendments.Count(a => !a.Voided)}"),
            ("people", $"{encounter.Bulk?.People ?? 1}"),
            ("last_day", encounter.Bulk?.LastDay ?? ""),
            ("location_type", encounter.LocationType == LocationType.Unspecified ? "" : Answers.Shown(encounter.LocationType)),
            ("handed_out", string.Join(' ', encounter.HandedOut.Select(h => $"{h.ProductId}:{h.Units}"))),
            ("shortfalls", string.Join(' ', recorded.Shortfalls.Select(s => $"{s.ProductId}:{s.Units}"))),
            ("syringes_returned", Returned(encounter.SyringesReturned)),
            ("services", Joined(encounter.Services)),
            ("referrals", Joined(encounter.Referrals)),
            ("people_trained", $"{encounter.PeopleTrained}"),
            ("refill_reasons", Joined(encounter.RefillReasons)),
            ("overdoses_seen", overdose is null ? "" : $"{overdose.OverdosesSeen}"),
            ("reversals", overdose is null ? "" : $"{overdose.Reversals}"),
            ("doses_used", overdose is null ? "" : $"{overdose.DosesUsed}"),
            ("forms_used", overdose is null ? "" : Joined(overdose.FormsUsed)),
            ("outcomes", overdose is null ? "" : Joined(overdose.Outcomes)),
            ("suspected_drugs", overdose is null ? "" : Joined(overdose.SuspectedDrugs)),
            ("device_id", encounter.DeviceId),
            ("device_sequence", encounter.DeviceSequence == 0 ? "" : $"{encounter.DeviceSequence}"),
            ("source", encounter.Provenance?.Source ?? ""),
            ("reference", encounter.Provenance?.Reference ?? ""),
        ];
    }

    private static string Moment(Timestamp? moment) => moment?.ToDateTime().ToString("O", CultureInfo.InvariantCulture) ?? "";

    private static string Returned(SyringesReturned? returned) => returned?.MeasureCase switch
    {
        SyringesReturned.MeasureOneofCase.Count => $"{returned.Count}",
        SyringesReturned.MeasureOneofCase.Weight => $"{returned.Weight.Grams} g at {returned.Weight.MilligramsEach} mg",
        _ => "0",
    };

    private static string Joined<TAnswer>(IEnumerable<TAnswer> answers)
        where TAnswer : struct, System.Enum => string.Join(' ', answers.Select(Answers.Shown));
}
