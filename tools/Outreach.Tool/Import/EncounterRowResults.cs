using Outreach.Protocol.Encounters.V1;

namespace Outreach.Tool.Import;

/// <summary>Turns the server's answers into what became of the rows, and sums what counts.</summary>
public static class EncounterRowResults
{
    private const string ChangedReason =
        "it was recorded before with other content: the row, its number or the mapping has changed since; correct the encounter instead";

    private const string ReleasedReason = "a person has released it: it counts as it was released";
    private const string DroppedReason = "a person has dropped it: it does not count";

    /// <summary>What became of a row.</summary>
    /// <param name="row">The row.</param>
    /// <param name="answer">The server's answer: to a record that it held before, held also where a person has dropped it since.</param>
    /// <param name="before">What became before of a record that was held; unspecified where it was not.</param>
    public static RowResult ResultOf(PlannedRow<Encounter> row, EncounterResult answer, HeldState before = HeldState.Unspecified)
    {
        var id = row.Record!.EncounterId;
        return answer.Outcome switch
        {
            RecordOutcome.Recorded => RowResult.Imported(row, id, thereBefore: false),
            RecordOutcome.AlreadyRecorded when before == HeldState.Released => RowResult.Settled(row, id, ReleasedReason),
            RecordOutcome.AlreadyRecorded => RowResult.Imported(row, id, thereBefore: true),
            RecordOutcome.Held when before == HeldState.Dropped => RowResult.Settled(row, id, DroppedReason),
            RecordOutcome.Held => RowResult.Held(row, id, before == HeldState.Waiting, Reasons(answer)),
            RecordOutcome.IdTaken => RowResult.Rejected(row, id, ChangedReason),
            _ => RowResult.Rejected(row, id, Reasons(answer)),
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

    private static string[] Reasons(EncounterResult answer) =>
        answer.Reasons.Count == 0 ? ["the server gave no reason"] : [.. answer.Reasons.Select(r => $"{r.Field}: {r.Description}")];
}
