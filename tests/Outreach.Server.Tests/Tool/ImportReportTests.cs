using Outreach.Protocol.Encounters.V1;
using Outreach.Tool.Import;
using Outreach.Tool.Import.Sending;

namespace Outreach.Server.Tests.Tool;

public class ImportReportTests
{
    private static readonly PlannedRow<Encounter> Plain = new(1, "a", new Encounter { EncounterId = "1" }, [], null);
    private static readonly PlannedRow<Encounter> Noted = new(2, "b", new Encounter { EncounterId = "2" }, ["x: odd"], null);

    [Theory]
    [InlineData(RecordOutcome.Recorded, RowStatus.Imported, false)]
    [InlineData(RecordOutcome.AlreadyRecorded, RowStatus.Imported, true)]
    [InlineData(RecordOutcome.Held, RowStatus.Held, false)]
    [InlineData(RecordOutcome.IdTaken, RowStatus.Different, true)]
    [InlineData(RecordOutcome.Malformed, RowStatus.Rejected, false)]
    [InlineData(RecordOutcome.SiteNotFound, RowStatus.Rejected, false)]
    [InlineData(RecordOutcome.Unspecified, RowStatus.Rejected, false)]
    public void Every_answer_maps_to_one_row_status(RecordOutcome answer, RowStatus expected, bool existedBefore)
    {
        var result = EncounterImport.ResultOf(Plain, new EncounterResult { Outcome = answer });
        Assert.Equal((expected, existedBefore), (result.Status, result.ExistedBefore));
        Assert.Equal(expected is RowStatus.Imported, result.Reasons.Count == 0);
    }

    [Fact]
    public void A_row_with_notes_has_its_own_status() =>
        Assert.Equal(RowStatus.ImportedWithNotes, EncounterImport.ResultOf(Noted, new EncounterResult { Outcome = RecordOutcome.Recorded }).Status);

    [Fact]
    public void The_totals_add_up_to_the_rows_and_each_note_names_its_rows()
    {
        var rejected = RowResult.Rejected(Plain with { RowNumber = 3 }, "", "why");
        var report = new ImportReport("f.csv", [RowResult.Imported(Plain, "1", false), RowResult.Imported(Noted, "2", true), rejected]);
        Assert.Equal(report.Rows.Count, Enum.GetValues<RowStatus>().Sum(report.Count));
        Assert.Equal(1, report.CountExisting(RowStatus.ImportedWithNotes));
        var (text, rows) = Assert.Single(report.RowsByNote(RowStatus.ImportedWithNotes));
        Assert.Equal(("x: odd", 2), (text, Assert.Single(rows)));
        Assert.Equal("why", Assert.Single(report.RowsByNote(RowStatus.Rejected)).Text);
    }

    [Fact]
    public void Every_status_has_a_label_of_its_own() =>
        Assert.Equal(Enum.GetValues<RowStatus>().Length, Enum.GetValues<RowStatus>().Select(ReportPrinter.LabelOf).Distinct().Count());

    [Fact]
    public void A_weight_is_summed_as_the_server_counts_it()
    {
        var weighed = new Encounter { SyringesReturned = new SyringesReturned { Weight = new SyringeWeight { Grams = 1_000, MilligramsEach = 7_000 } } };
        Assert.Contains(("syringes returned", 143L), EncounterSums.Of([weighed]));
    }
}
