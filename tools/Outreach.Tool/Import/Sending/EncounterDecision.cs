using Outreach.Protocol.Encounters.V1;

namespace Outreach.Tool.Import.Sending;

/// <summary>What the import does with a row. A dry run makes the same decisions and carries none of them out.</summary>
internal abstract record EncounterDecision(PlannedRow<Encounter> Row)
{
    /// <summary>Send it: the server does not have it.</summary>
    public sealed record Send(PlannedRow<Encounter> Row) : EncounterDecision(Row);

    /// <summary>Release the held record as the row says it now.</summary>
    public sealed record Release(PlannedRow<Encounter> Row, HeldEncounter Held) : EncounterDecision(Row);

    /// <summary>Correct the recorded encounter to what the row says now.</summary>
    public sealed record Correct(PlannedRow<Encounter> Row, RecordedEncounter Recorded) : EncounterDecision(Row);

    /// <summary>Nothing is to be done.</summary>
    public sealed record Done(PlannedRow<Encounter> Row, RowResult Result) : EncounterDecision(Row);

    /// <summary>Decides.</summary>
    /// <param name="row">A row with a record.</param>
    /// <param name="server">What the server has.</param>
    /// <param name="correct">True if recorded encounters are to be corrected.</param>
    public static EncounterDecision For(PlannedRow<Encounter> row, ServerRecords server, bool correct)
    {
        var encounter = row.Record!;
        var held = server.FindHeld(encounter.EncounterId);
        if (server.FindRecorded(encounter.EncounterId, encounter.SiteId) is { } recorded)
            return ForRecorded(row, recorded, held, correct);
        if (held is not null)
            return ForHeld(row, held);
        return TakeEarlier(server.NotInFile, row) is { } earlier
            ? new Done(row, RowResult.Imported(row, earlier.Encounter.EncounterId, existedBefore: true))
            : new Send(row);
    }

    private static EncounterDecision ForRecorded(PlannedRow<Encounter> row, RecordedEncounter recorded, HeldEncounter? held, bool correct)
    {
        var (encounter, id) = (row.Record!, row.Record!.EncounterId);
        var differing = EncounterComparison.Differences(encounter, recorded);
        if (recorded.Voided)
            return Settled("a person voided it: it does not count");
        if (differing.Count == 0)
            return new Done(row, RowResult.Imported(row, id, existedBefore: true));
        if (held is { State: HeldState.Released } && EncounterComparison.Differences(encounter, held.Encounter).Count == 0)
            return Settled("a person released it in another form: it counts as released");
        if (recorded.Amendments.Any(a => a.Before is not null && EncounterComparison.Differences(encounter, a.Before).Count == 0))
            return Settled("a person corrected it: it counts as corrected");
        if (encounter.SiteId != recorded.Encounter.SiteId)
            return Different($"it is recorded at site {recorded.Encounter.SiteId}, and the row names {encounter.SiteId}; void it there before you import it again under another key");
        return correct
            ? new Correct(row, recorded)
            : Different($"it is recorded with another {string.Join(", ", differing)}; import again with --correct to correct it to what the file says");

        Done Settled(string decision) => new(row, RowResult.Existing(row, RowStatus.Settled, id, decision));
        Done Different(string how) => new(row, RowResult.Existing(row, RowStatus.Different, id, how));
    }

    private static EncounterDecision ForHeld(PlannedRow<Encounter> row, HeldEncounter held)
    {
        var (encounter, id) = (row.Record!, row.Record!.EncounterId);
        // The server never gives the code back: where it was what was wrong, the row may have another now.
        var isSame = EncounterComparison.Differences(encounter, held.Encounter).Count == 0
            && !(held.Reasons.Any(r => r.Field == "participant_code") && encounter.ParticipantCode.Length <= HoldPrediction.MaxCodeLength);
        return held.State switch
        {
            HeldState.Dropped => new Done(row, RowResult.Existing(
                row, RowStatus.Settled, id, isSame ? "a person dropped it: it does not count" : "a person dropped it before the row was changed: it does not count")),
            HeldState.Released => new Done(row, RowResult.Existing(row, RowStatus.Settled, id, "a person released it: it counts as released")),
            _ when isSame => new Done(row, RowResult.Held(row, id, existedBefore: true, [.. held.Reasons.Select(r => $"{r.Field}: {r.Description}")])),
            _ => new Release(row, held),
        };
    }

    // Rows without a key were once told apart by their number.
    private static RecordedEncounter? TakeEarlier(List<RecordedEncounter> notInFile, PlannedRow<Encounter> row)
    {
        var earlier = notInFile.Find(r => r.Encounter.EncounterId == row.EarlierId && EncounterComparison.Differences(row.Record!, r).Count == 0);
        if (earlier is not null)
            notInFile.Remove(earlier);
        return earlier;
    }
}
