using Outreach.Protocol.Encounters.V1;

namespace Outreach.Tool.Import;

/// <summary>Sums over encounters, to compare with the source.</summary>
public static class EncounterSums
{
    /// <summary>What the records add up to, each sum with its name.</summary>
    public static IReadOnlyList<(string Of, long Sum)> Of(IReadOnlyCollection<Encounter> counted) =>
    [
        ("encounters", counted.Count),
        ("people", counted.Sum(e => e.Bulk is { } bulk ? bulk.People : 1L)),
        .. counted.SelectMany(e => e.HandedOut).GroupBy(h => h.ProductId).OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => ($"{g.Key} handed out", g.Sum(h => (long)h.Units))),
        ("syringes returned", counted.Sum(Returned)),
        ("reversals reported", counted.Sum(e => (long)(e.OverdoseReport?.Reversals ?? 0))),
    ];

    // As the server turns a weight into a count.
    private static long Returned(Encounter encounter) => encounter.SyringesReturned switch
    {
        null => 0,
        { Weight: { } weight } => (long)Math.Round(weight.Grams * 1_000m / weight.MilligramsEach, MidpointRounding.AwayFromZero),
        var counted => counted.Count,
    };
}
