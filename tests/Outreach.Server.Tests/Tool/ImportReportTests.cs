using Outreach.Protocol.Encounters.V1;
using Outreach.Tool.Import;

namespace Outreach.Server.Tests.Tool;

public class ImportReportTests
{
    private static readonly PlannedRow<Encounter> Plain = new(1, "a", new Encounter { EncounterId = "1" }, [], null);
    private static readonly PlannedRow<Encounter> Noted = new(2, "b", new Encounter { EncounterId = "2" }, ["x: odd"], null);

    [Theory]
    [InlineData(RecordOutcome.Recorded, RowStatus.Imported, false)]
    [InlineData(RecordOutcome.AlreadyRecorded, RowStatus.Imported, true)]
    [InlineData(RecordOutcome.Held, RowStatus.Held, false)]
    [InlineData(RecordOutcome.IdTaken, RowStatus.Rejected, false)]
    [InlineData(RecordOutcome.Malformed, RowStatus.Rejected, false)]
    [InlineData(RecordOutcome.Unspecified, RowStatus.Rejected, false)]
    public void Every_answer_maps_to_one_row_status(RecordOutcome answer, RowStatus expected, bool thereBefore)
    {
        var outcome = EncounterRowResults.ResultOf(Plain, new EncounterResult { Outcome = answer });
        Assert.Equal((expected, thereBefore), (outcome.Status, outcome.ExistedBefore));
        Assert.Equal(expected is RowStatus.Imported, outcome.Reasons.Count == 0);
    }

    [Theory]
    [InlineData(HeldState.Unspecified, RowStatus.Held, false)]
    [InlineData(HeldState.Waiting, RowStatus.Held, true)]
    [InlineData(HeldState.Released, RowStatus.Settled, true)]
    [InlineData(HeldState.Dropped, RowStatus.Settled, true)]
    public void A_row_held_before_reports_its_settlement(HeldState before, RowStatus expected, bool thereBefore)
    {
        var answer = before == HeldState.Released ? RecordOutcome.AlreadyRecorded : RecordOutcome.Held;
        var outcome = EncounterRowResults.ResultOf(Plain, new EncounterResult { Outcome = answer }, before);
        Assert.Equal((expected, thereBefore, false), (outcome.Status, outcome.ExistedBefore, outcome.IsCounted));
    }

    [Fact]
    public void A_row_with_notes_has_its_own_status() =>
        Assert.Equal(RowStatus.ImportedWithNotes, EncounterRowResults.ResultOf(Noted, new EncounterResult { Outcome = RecordOutcome.Recorded }).Status);

    [Fact]
    public void The_totals_add_up_to_the_rows_and_each_note_names_its_rows()
    {
        var refused = RowResult.Rejected(Plain with { RowNumber = 3 }, "", "why");
        var report = new ImportReport("f.csv", [RowResult.Imported(Plain, "1", false), RowResult.Imported(Noted, "2", true), refused]);
        Assert.Equal(report.Rows.Count, Enum.GetValues<RowStatus>().Sum(report.Count));
        Assert.Equal(1, report.CountExisting(RowStatus.ImportedWithNotes));
        var (text, rows) = Assert.Single(report.RowsByNote(RowStatus.ImportedWithNotes));
        Assert.Equal(("x: odd", 2), (text, Assert.Single(rows)));
        Assert.Equal("why", Assert.Single(report.RowsByNote(RowStatus.Rejected)).Text);
    }
}
