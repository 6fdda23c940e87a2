using Outreach.Protocol.Encounters.V1;
using Outreach.Tool.Import;
using Outreach.Tool.Import.Mapping;
using Outreach.Tool.Import.Rows;

namespace Outreach.Server.Tests.Tool;

public class EncounterRowReaderTests
{
    private const string Columns = "id,site,day,people,kit,count,back,revived\n";

    private static readonly EncounterMapping Mapping = MappingFile.Parse<EncounterMapping>(
        """
        {
          "kind": "encounters", "source": "test", "row_key": ["id"], "blank_values": ["NA"],
          "remarks_on_every_row": ["Typed in from paper."],
          "site": { "column": "site" },
          "occurred": { "column": "day", "time_of_day": "12:00", "time_zone": "America/New_York" },
          "bulk": { "people": { "column": "people" }, "period": "month" },
          "handed_out": [{ "product_column": "kit", "units": { "column": "count" } }],
          "syringes_returned": { "column": "back" },
          "overdose_report": { "reversals": { "column": "revived", "max": 50 } }
        }
        """,
        "test.json",
        "encounters");

    [Fact]
    public void A_row_becomes_an_encounter_that_says_where_it_comes_from()
    {
        var row = Read("1,van-1,2024-02-01,12,spray,30,5,2").Single();
        var encounter = row.Record!;
        Assert.Equal(("van-1", "2024-02-29", 12), (encounter.SiteId, encounter.Bulk.LastDay, encounter.Bulk.People));
        Assert.Equal(("spray", 30), (encounter.HandedOut[0].ProductId, encounter.HandedOut[0].Units));
        Assert.Equal((5, 2), (encounter.SyringesReturned.Count, encounter.OverdoseReport.Reversals));
        Assert.Equal(("test", "1"), (encounter.Provenance.Source, encounter.Provenance.Reference));
        Assert.Equal(["Typed in from paper."], encounter.Provenance.Remarks);
        Assert.Empty(row.Notes);
    }

    [Fact]
    public void Zero_quantities_and_empty_reports_are_left_out()
    {
        var encounter = Read("1,van-1,2024-02-01,12,spray,0,0,0").Single().Record!;
        Assert.Empty(encounter.HandedOut);
        Assert.Null(encounter.SyringesReturned);
        Assert.Null(encounter.OverdoseReport);
    }

    [Fact]
    public void An_unknown_quantity_is_noted_and_an_empty_cell_means_none()
    {
        var row = Read("1,van-1,2024-02-01,12,spray,NA,NA,0").Single();
        Assert.Empty(row.Record!.HandedOut);
        Assert.Null(row.Record.SyringesReturned);
        Assert.Equal(["back", "count"], row.Notes.Select(n => n.Split(':')[0]).Order());
        Assert.Equal(row.Notes, row.Record.Provenance.Remarks.Skip(1));

        Assert.Empty(Read("1,van-1,2024-02-01,12,spray,,,0").Single().Notes);
    }

    [Fact]
    public void Impossible_values_are_sent_for_the_server_to_hold()
    {
        var row = Read("1,van-1,some day,12,spray,-30,lots,2").Single();
        Assert.Null(row.Record!.OccurredAt);
        Assert.Equal((-30, -1), (row.Record.HandedOut[0].Units, row.Record.SyringesReturned.Count));
        Assert.Equal(2, row.Notes.Count);
        Assert.Equal(row.Notes, row.Record.Provenance.Remarks.Skip(1));
    }

    [Fact]
    public void Implausible_reported_values_are_left_out_and_noted()
    {
        var row = Read("1,van-1,2024-02-01,12,spray,1,0,43101").Single();
        Assert.Null(row.Record!.OverdoseReport);
        Assert.Contains("revived: 43101", Assert.Single(row.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void A_row_with_a_duplicate_key_is_rejected()
    {
        var rows = Read("1,van-1,2024-02-01,12,spray,1,0,0\n1,van-1,2024-02-01,12,spray,1,0,0");
        Assert.NotNull(rows[0].Record);
        Assert.Equal("its key is that of row 1: row_key does not tell the two apart", rows[1].RejectionReason);
    }

    [Fact]
    public void A_row_that_names_no_site_is_refused() =>
        Assert.Equal("it names no site", Read("1,,2024-02-01,12,spray,1,0,0").Single().RejectionReason);

    [Fact]
    public void The_same_file_read_twice_gives_the_same_records() =>
        Assert.Equal(Read("1,van-1,2024-02-01,12,spray,30,5,2")[0].Record, Read("1,van-1,2024-02-01,12,spray,30,5,2")[0].Record);

    private static List<PlannedRow<Encounter>> Read(string rows) =>
        [.. Csv.Read(Columns + rows + "\n", "NA").Rows.Select(new EncounterRowReader(Mapping).Read)];
}
