using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Outreach.Protocol.Encounters.V1;
using Outreach.Web.Shell.Kit;
using Outreach.Web.Shell.Names;

namespace Outreach.Web.Encounters;

/// <summary>What an encounter says, in words.</summary>
internal static class EncounterText
{
    /// <summary>All that happened, "12 × Nasal spray, 3 syringes returned".</summary>
    public static string Summary(Encounter encounter, DisplayNames names)
    {
        List<string> parts = [.. encounter.HandedOut.Select(line => LineText(line, names))];
        if (ReturnedText(encounter) is { Length: > 0 } returned)
            parts.Add($"{returned} returned");
        if (encounter.PeopleTrained != 0)
            parts.Add(DisplayFormat.Count(encounter.PeopleTrained, "person trained", "people trained"));
        if (encounter.OverdoseReport is { } report)
            parts.Add(OverdoseText(report));
        return parts.Count == 0 ? "Nothing handed out or returned" : string.Join(", ", parts);
    }

    /// <summary>What was handed out, "12 × Nasal spray"; empty for nothing.</summary>
    public static string HandedOutText(Encounter encounter, DisplayNames names) =>
        string.Join(", ", encounter.HandedOut.Select(line => LineText(line, names)));

    /// <summary>The syringes that were returned, counted or weighed; empty for none.</summary>
    public static string ReturnedText(Encounter encounter) => encounter.SyringesReturned switch
    {
        { Weight: { } weight } => $"{DisplayFormat.Number(weight.Grams)} g of syringes",
        { Count: > 0 } returned => DisplayFormat.Count(returned.Count, "syringe", "syringes"),
        _ => "",
    };

    /// <summary>An overdose report, "1 overdose, 1 person revived".</summary>
    public static string OverdoseText(OverdoseReport report) =>
        $"{DisplayFormat.Count(report.OverdosesSeen, "overdose", "overdoses")}, {DisplayFormat.Count(report.Reversals, "person revived", "people revived")}";

    /// <summary>When it happened, by the clock of the site, "12 Nov 2026, 14:05"; empty where it does not say.</summary>
    public static string WhenText(Timestamp? occurredAt, string timeZone) => SiteClock.ToLocal(occurredAt, timeZone) is { } local
        ? local.ToString("d MMM yyyy, HH:mm", CultureInfo.InvariantCulture)
        : "";

    private static string LineText(HandedOut line, DisplayNames names) => $"{DisplayFormat.Number(line.Units)} × {names.ProductName(line.ProductId)}";
}
