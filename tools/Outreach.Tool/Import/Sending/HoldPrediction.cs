using NodaTime;
using NodaTime.Text;
using Outreach.Protocol.Encounters.V1;

namespace Outreach.Tool.Import.Sending;

/// <summary>Says for what reasons the server would hold an encounter, so that a dry run can tell. The bounds are those of encounter.proto.</summary>
internal static class HoldPrediction
{
    /// <summary>The most characters of a participant code.</summary>
    public const int MaxCodeLength = 64;

    private const int MaxQuantity = 1_000_000;
    private const int MaxLotLength = 20;
    private const int MaxReported = 1_000;
    private const int MaxDays = 366;
    private const string LotRule = "at most 20 printable ASCII characters, at least one a letter or digit, without spaces at either end";
    private static readonly Instant Earliest = Instant.FromUtc(2000, 1, 1, 0, 0);
    private static readonly Duration FutureTolerance = Duration.FromMinutes(5);

    /// <summary>The reasons, in the server's words and order; none if the encounter counts.</summary>
    public static IReadOnlyList<string> ReasonsFor(Encounter encounter, ServerRecords server, Instant now) =>
    [
        .. OwnReasons(encounter), .. UnknownReferences(encounter, server), .. ImpossibleTimes(encounter, server, now),
    ];

    private static IEnumerable<string> OwnReasons(Encounter encounter)
    {
        if (encounter.ParticipantCode.Length > MaxCodeLength)
            yield return $"participant_code: must have at most {MaxCodeLength} characters; this has {encounter.ParticipantCode.Length}.";
        if (!Slug.IsValid(encounter.SiteId))
            yield return $"site_id: must be {Slug.Rule}; this is '{encounter.SiteId}'.";
        if (encounter.OccurredAt is null)
            yield return "occurred_at: is required.";
        foreach (var reason in encounter.HandedOut.SelectMany(LineReasons).Concat(ReturnedReasons(encounter.SyringesReturned)))
            yield return reason;
        foreach (var (field, value, max) in Counts(encounter).Where(c => c.Value < 0 || c.Value > c.Max))
            yield return $"{field}: must be 0 to {max}; this is {value}.";
        if (encounter.Bulk is { LastDay.Length: > 0 } bulk && !LocalDatePattern.Iso.Parse(bulk.LastDay).Success)
            yield return $"bulk.last_day: must be a day, YYYY-MM-DD; this is '{bulk.LastDay}'.";
        if (encounter.OverdoseReport is { HasMillilitresInjected: true, MillilitresInjected: not (> 0 and <= 100) and var amount })
            yield return $"overdose_report.millilitres_injected: must be more than 0 and at most 100; this is {amount}.";
    }

    private static IEnumerable<string> LineReasons(HandedOut line, int index)
    {
        if (!Slug.IsValid(line.ProductId))
            yield return $"handed_out[{index}].product_id: must be {Slug.Rule}; this is '{line.ProductId}'.";
        if (line.Units is < 1 or > MaxQuantity)
            yield return $"handed_out[{index}].units: must be 1 to {MaxQuantity}; this is {line.Units}.";
        if (line.LotNumber.Length > 0 && !IsLotNumber(line.LotNumber))
            yield return $"handed_out[{index}].lot_number: must be empty or {LotRule}; this is '{line.LotNumber}'.";
    }

    private static IEnumerable<string> ReturnedReasons(SyringesReturned? returned)
    {
        if (returned is { HasCount: true, Count: < 0 or > MaxQuantity })
            yield return $"syringes_returned.count: must be 0 to {MaxQuantity}; this is {returned.Count}.";
        if (returned?.Weight is { Grams: < 1 or > 10_000_000 } weight)
            yield return $"syringes_returned.weight.grams: must be 1 to 10000000; this is {weight.Grams}.";
        if (returned?.Weight is { MilligramsEach: < 100 or > 100_000 } rate)
            yield return $"syringes_returned.weight.milligrams_each: must be 100 to 100000; this is {rate.MilligramsEach}.";
    }

    private static IEnumerable<(string Field, int Value, int Max)> Counts(Encounter encounter) =>
    [
        ("others", encounter.Others, MaxReported),
        ("bulk.people", encounter.Bulk?.People ?? 0, 100_000),
        ("people_trained", encounter.PeopleTrained, 10_000),
        ("overdose_report.overdoses_seen", encounter.OverdoseReport?.OverdosesSeen ?? 0, MaxReported),
        ("overdose_report.reversals", encounter.OverdoseReport?.Reversals ?? 0, MaxReported),
        ("overdose_report.doses_used", encounter.OverdoseReport?.DosesUsed ?? 0, MaxReported),
    ];

    private static bool IsLotNumber(string text) =>
        text.Length <= MaxLotLength && text.Trim() == text && text.All(c => c is >= ' ' and <= '~') && text.Any(char.IsAsciiLetterOrDigit);

    private static IEnumerable<string> UnknownReferences(Encounter encounter, ServerRecords server)
    {
        if (Slug.IsValid(encounter.SiteId) && !server.TimeZoneBySite.ContainsKey(encounter.SiteId))
            yield return $"site_id: No site has the id '{encounter.SiteId}'.";
        foreach (var (i, line) in encounter.HandedOut.Index().Where(l => Slug.IsValid(l.Item.ProductId) && !server.Products.Contains(l.Item.ProductId)))
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
                yield return $"bulk.last_day: must be from the day it occurred, {day:uuuu-MM-dd}, to {MaxDays} days after it; this is {last:uuuu-MM-dd}.";
        }
    }
}
