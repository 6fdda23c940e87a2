using NodaTime;
using NodaTime.Text;
using Outreach.Protocol.Encounters.V1;

namespace Outreach.Tool.Import.Sending;

/// <summary>Says for what reasons the server would hold an encounter, so that a dry run can tell. The bounds are those of encounter.proto.</summary>
internal static class HoldPrediction
{
    private const int MaxQuantity = 1_000_000;
    private const int MaxReported = 1_000;
    private const int MaxDays = 366;
    private static readonly Instant Earliest = Instant.FromUtc(2000, 1, 1, 0, 0);
    private static readonly Duration FutureTolerance = Duration.FromMinutes(5);

    /// <summary>The reasons, in the server's words and order; none if the encounter counts.</summary>
    public static IReadOnlyList<string> ReasonsFor(Encounter encounter, ServerRecords server, Instant now) =>
    [
        .. OwnReasons(encounter), .. UnknownReferences(encounter, server), .. ImpossibleTimes(encounter, server, now),
    ];

    private static IEnumerable<string> OwnReasons(Encounter encounter)
    {
        if (encounter.OccurredAt is null)
            yield return "occurred_at: is required.";
        foreach (var (i, line) in encounter.HandedOut.Index())
        {
            if (line.Units is < 1 or > MaxQuantity)
                yield return $"handed_out[{i}].units: is 1 to {MaxQuantity}; this is {line.Units}.";
        }
        IEnumerable<(string Field, int Value, int Max)> counts =
        [
            ("syringes_returned.count", encounter.SyringesReturned is { HasCount: true } returned ? returned.Count : 0, MaxQuantity),
            ("others", encounter.Others, MaxReported),
            ("bulk.people", encounter.Bulk?.People ?? 0, 100_000),
            ("people_trained", encounter.PeopleTrained, 10_000),
            ("overdose_report.overdoses_seen", encounter.OverdoseReport?.OverdosesSeen ?? 0, MaxReported),
            ("overdose_report.reversals", encounter.OverdoseReport?.Reversals ?? 0, MaxReported),
            ("overdose_report.doses_used", encounter.OverdoseReport?.DosesUsed ?? 0, MaxReported),
        ];
        foreach (var (field, value, max) in counts.Where(c => c.Value < 0 || c.Value > c.Max))
            yield return $"{field}: is 0 to {max}; this is {value}.";
        if (encounter.SyringesReturned?.Weight is { Grams: < 1 or > 10_000_000 } weight)
            yield return $"syringes_returned.weight.grams: is 1 to 10000000; this is {weight.Grams}.";
        if (encounter.SyringesReturned?.Weight is { MilligramsEach: < 100 or > 100_000 } rate)
            yield return $"syringes_returned.weight.milligrams_each: is 100 to 100000; this is {rate.MilligramsEach}.";
        if (encounter.OverdoseReport is { HasMillilitresInjected: true, MillilitresInjected: not (> 0 and <= 100) and var amount })
            yield return $"overdose_report.millilitres_injected: is above 0 to 100; this is {amount}.";
        if (encounter.Bulk is { LastDay.Length: > 0 } bulk && !LocalDatePattern.Iso.Parse(bulk.LastDay).Success)
            yield return $"bulk.last_day: is a day, YYYY-MM-DD; this is '{bulk.LastDay}'.";
    }

    private static IEnumerable<string> UnknownReferences(Encounter encounter, ServerRecords server)
    {
        if (!server.TimeZoneBySite.ContainsKey(encounter.SiteId))
            yield return $"site_id: No site has the id '{encounter.SiteId}'.";
        foreach (var (i, line) in encounter.HandedOut.Index().Where(l => !server.Products.Contains(l.Item.ProductId)))
            yield return $"handed_out[{i}].product_id: No product has the id '{line.ProductId}'.";
    }

    private static IEnumerable<string> ImpossibleTimes(Encounter encounter, ServerRecords server, Instant now)
    {
        if (encounter.OccurredAt is null)
            yield break;
        var occurred = Instant.FromDateTimeOffset(encounter.OccurredAt.ToDateTimeOffset());
        if (occurred > now + FutureTolerance)
            yield return $"occurred_at: {occurred} is in the future.";
        else if (occurred < Earliest)
            yield return $"occurred_at: {occurred} is before {Earliest}.";
        else if (encounter.Bulk is { LastDay.Length: > 0 } bulk && LocalDatePattern.Iso.Parse(bulk.LastDay) is { Success: true, Value: var last }
            && server.TimeZoneBySite.TryGetValue(encounter.SiteId, out var zone))
        {
            var day = occurred.InZone(DateTimeZoneProviders.Tzdb[zone]).Date;
            if (last < day || last > day.PlusDays(MaxDays))
                yield return $"bulk.last_day: is a day from the one it occurred, {day:uuuu-MM-dd}, to {MaxDays} days after it; this is {last:uuuu-MM-dd}.";
        }
    }
}
