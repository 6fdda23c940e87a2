using Outreach.Protocol.Encounters.V1;
using Outreach.Tool.Import;

namespace Outreach.Server.Tests.Tool;

public class ImportReportTests
{
    private static readonly Planned<Encounter> Plain = new(1, "a", new Encounter { EncounterId = "1" }, [], null);
    private static readonly Planned<Encounter> Noted = new(2, "b", new Encounter { EncounterId = "2" }, ["x: odd"], null);

    [Theory]
    [InlineData(RecordOutcome.Recorded, RowClass.Taken, false)]
    [InlineData(RecordOutcome.RecordedBefore, RowClass.Taken, true)]
    [InlineData(RecordOutcome.Held, RowClass.Held, false)]
    [InlineData(RecordOutcome.Conflicting, RowClass.NotTaken, false)]
    [InlineData(RecordOutcome.Malformed, RowClass.NotTaken, false)]
    [InlineData(RecordOutcome.Unspecified, RowClass.NotTaken, false)]
    public void Every_answer_puts_its_row_in_one_class(RecordOutcome answer, RowClass expected, bool thereBefore)
    {
        var outcome = EncounterOutcomes.Of(Plain, new EncounterResult { Outcome = answer });
        Assert.Equal((expected, thereBefore), (outcome.Class, outcome.ThereBefore));
        Assert.Equal(expected is RowClass.Taken, outcome.Reasons.Count == 0);
    }

    [Theory]
    [InlineData(HeldState.Unspecified, RowClass.Held, false)]
    [InlineData(HeldState.Waiting, RowClass.Held, true)]
    [InlineData(HeldState.Released, RowClass.Settled, true)]
    [InlineData(HeldState.Dropped, RowClass.Settled, true)]
    public void A_row_that_was_held_before_says_what_became_of_it(HeldState before, RowClass expected, bool thereBefore)
    {
        var answer = before == HeldState.Released ? RecordOutcome.RecordedBefore : RecordOutcome.Held;
        var outcome = EncounterOutcomes.Of(Plain, new EncounterResult { Outcome = answer }, before);
        Assert.Equal((expected, thereBefore, false), (outcome.Class, outcome.ThereBefore, outcome.Counts));
    }

    [Fact]
    public void A_note_makes_a_class_of_its_own() =>
        Assert.Equal(RowClass.TakenWithNote, EncounterOutcomes.Of(Noted, new EncounterResult { Outcome = RecordOutcome.Recorded }).Class);

    [Fact]
    public void The_totals_add_up_to_the_rows_and_each_note_names_its_rows()
    {
        var refused = RowOutcome.NotTaken(Plain with { Row = 3 }, "", "why");
        var report = new ImportReport("f.csv", [RowOutcome.Taken(Plain, "1", false), RowOutcome.Taken(Noted, "2", true), refused]);
        Assert.Equal(report.Rows.Count, Enum.GetValues<RowClass>().Sum(report.Count));
        Assert.Equal(1, report.ThereBefore(RowClass.TakenWithNote));
        var (text, rows) = Assert.Single(report.Grouped(RowClass.TakenWithNote));
        Assert.Equal(("x: odd", 2), (text, Assert.Single(rows)));
        Assert.Equal("why", Assert.Single(report.Grouped(RowClass.NotTaken)).Text);
    }
}
