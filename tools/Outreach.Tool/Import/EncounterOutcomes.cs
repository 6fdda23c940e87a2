using Outreach.Protocol.Stock.V1;

namespace Outreach.Tool.Import;

/// <summary>Turns the server's answers into what became of the rows, and sums what counts.</summary>
public static class EncounterOutcomes
{
    private const string Changed =
        "it was recorded before with other content: the row, its number or the mapping has changed since; correct the encounter instead";

    /// <summary>What became of a row, by the server's answer.</summary>
    public static RowOutcome Of(Planned<Encounter> row, EncounterAnswer answer)
    {
        var id = row.Record!.EncounterId;
        return answer.Outcome switch
        {
            Outcome.Recorded => RowOutcome.Taken(row, id, thereBefore: false),
            Outcome.RecordedBefore => RowOutcome.Taken(row, id, thereBefore: true),
            Outcome.Held => RowOutcome.Held(row, id, Reasons(answer)),
            Outcome.Conflicting => RowOutcome.NotTaken(row, id, Changed),
            _ => RowOutcome.NotTaken(row, id, Reasons(answer)),
        };
    }

    /// <summary>What the records add up to.</summary>
    public static IReadOnlyList<(string Of, long Sum)> Sums(IReadOnlyCollection<Encounter> counted) =>
    [
        ("encounters", counted.Count),
        ("people", counted.Sum(e => e.Bulk is { } bulk ? bulk.People : 1L)),
        .. counted.SelectMany(e => e.HandedOut).GroupBy(h => h.ProductId).OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => ($"{g.Key} handed out", g.Sum(h => (long)h.Units))),
        ("syringes returned", counted.Sum(e => (long)(e.SyringesReturned?.Count ?? 0))),
        ("reversals reported", counted.Sum(e => (long)(e.OverdoseReport?.Reversals ?? 0))),
    ];

    private static string[] Reasons(EncounterAnswer answer) =>
        answer.Reasons.Count == 0 ? ["the server gave no reason"] : [.. answer.Reasons.Select(r => $"{r.Field}: {r.Description}")];
}
