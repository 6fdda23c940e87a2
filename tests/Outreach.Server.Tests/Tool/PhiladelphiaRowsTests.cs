using System.Text.RegularExpressions;
using Outreach.Protocol.Encounters.V1;
using Outreach.Protocol.Sites.V1;
using Outreach.Tool.Import;
using Outreach.Tool.Import.Mapping;
using Outreach.Tool.Import.Rows;
using Outreach.Tool.Import.Tables;

namespace Outreach.Server.Tests.Tool;

/// <summary>What the mappings that come with the tool make of a real program's files.</summary>
public partial class PhiladelphiaRowsTests
{
    [Fact]
    public void Every_site_is_imported_and_sites_with_the_same_place_stay_separate()
    {
        var mapping = MappingFile.Read<SiteMapping>(MappingFileTests.ShippedMappingPath("philadelphia-sites.json"), "sites");
        var table = SourceTable.Read(SharedData.Find("philadelphia/sites.csv"), mapping.TableFormat);
        var planned = table.Rows.Select(new SiteRowReader(mapping).Read).ToList();
        Assert.Equal(26, planned.Count);
        Assert.All(planned, p => Assert.Null(p.RejectionReason));
        Assert.Equal(Enumerable.Range(1, 26).Select(i => $"ppp-{i}"), planned.Select(p => p.Record!.SiteId));
        Assert.Equal([8, 13, 16], planned.Where(p => p.Notes.Count > 0).Select(p => p.RowNumber));
        Assert.Equal(planned[13].Record!.Place, planned[15].Record!.Place);
        Assert.Equal(17, planned.Count(p => p.Record!.Coordinates is not null));
        Assert.Equal(
            [(SiteKind.Fixed, 11), (SiteKind.MobileStop, 11), (SiteKind.Van, 2), (SiteKind.Partner, 2)],
            planned.CountBy(p => p.Record!.Kind).OrderBy(k => k.Key).Select(k => (k.Key, k.Value)));
    }

    [Fact]
    public void Every_site_month_is_imported_and_the_year_adds_up()
    {
        var planned = Encounters("philadelphia-exchanges.json", "encounters", "philadelphia/site_exchanges_2019.csv");
        Assert.Equal(142, planned.Count);
        Assert.All(planned, p => Assert.Null(p.RejectionReason));
        Assert.Equal(3_644_444, planned.Sum(p => p.Record!.HandedOut.Sum(h => h.Units)));
        Assert.Equal(3_225_411, planned.Sum(p => p.Record!.SyringesReturned?.Count ?? 0));
        Assert.Equal(18, planned.Select(p => p.Record!.SiteId).Distinct().Count());
        Assert.Equal(11, planned.Count(p => p.Notes.Count > 0));
        Assert.Equal(10, planned.Count(p => p.Record!.SiteId == "ppp-99"));
        Assert.Equal(1, planned.Count(p => p.Record!.SiteId == "ppp-not-recorded"));
    }

    [Fact]
    public void Every_refill_is_imported_and_implausible_values_are_noted_and_not_summed()
    {
        var planned = Encounters("philadelphia-refills.json", "refills", "philadelphia/naloxone_refills_2018_h1.csv");
        Assert.Equal(1_236, planned.Count);
        Assert.All(planned, p => Assert.Null(p.RejectionReason));
        Assert.Equal(125, planned.Count(p => p.Notes.Count > 0));
        // What may be a running total of a person's life is no figure of half a year.
        Assert.Equal(0, planned.Sum(p => p.Record!.OverdoseReport?.Reversals ?? 0));
        Assert.All(planned.Select(p => p.Record!.OverdoseReport).OfType<OverdoseReport>(), report =>
        {
            Assert.InRange(report.OverdosesSeen, 0, 200);
            Assert.InRange(report.DosesUsed, 0, 200);
            Assert.InRange(report.MillilitresInjected, 0, 100);
        });
        Assert.Contains("ml_naloxone: 43101 is more than 100 (a spreadsheet writes 2018-01-01 so); not used", planned[450].Notes);
        Assert.Contains("n_ods: 43101 is outside 0 to 200 (a spreadsheet writes 2018-01-01 so); not used", planned[210].Notes);
        Assert.Equal(3, planned[454].Notes.Count);
    }

    [Fact]
    public void Spellings_in_refills_become_values()
    {
        var reports = Encounters("philadelphia-refills.json", "refills", "philadelphia/naloxone_refills_2018_h1.csv")
            .Select(p => p.Record!.OverdoseReport).OfType<OverdoseReport>().ToList();
        Assert.Equal(524 + 345 + 12 + 10 + 1 + 1 + 1, reports.Count(r => r.FormsUsed.Contains(MedicationForm.Nasal)));
        Assert.Equal(85 + 59 + 10 + 1 + 1, reports.Count(r => r.FormsUsed.Contains(MedicationForm.Intramuscular)));
        Assert.Equal(518, reports.Count(r => r.RescueBreathing == Answer.Yes));
        // 349 are coded; of one only the misspelled word says so.
        Assert.Equal(349 + 1, reports.Count(r => r.Outcomes.Contains(OverdoseOutcome.EmergencyServices)));
    }

    [Fact]
    public void Notes_repeat_no_words_from_the_row()
    {
        var table = SourceTable.Read(SharedData.Find("philadelphia/naloxone_refills_2018_h1.csv"), new() { BlankValues = ["NA"] });
        var planned = Encounters("philadelphia-refills.json", "refills", "philadelphia/naloxone_refills_2018_h1.csv");
        foreach (var (row, plan) in table.Rows.Zip(planned))
        {
            var words = table.Header.Except(["data_date_range"]).Select(c => row[c]).OfType<string>()
                .Where(text => !NumberFormat.Invariant.TryParse(text, out _))
                .SelectMany(text => Word().Matches(text).Select(m => m.Value))
                .Where(w => w.Length > 3);
            Assert.DoesNotContain(words, word => plan.Notes.Any(n => n.Contains(word, StringComparison.OrdinalIgnoreCase)));
        }
    }

    [Theory]
    [InlineData("philadelphia-exchanges.json", "encounters", "philadelphia/site_exchanges_2019.csv")]
    [InlineData("philadelphia-refills.json", "refills", "philadelphia/naloxone_refills_2018_h1.csv")]
    public void Ids_differ_and_remarks_keep_to_their_limits(string mapping, string imports, string file)
    {
        var planned = Encounters(mapping, imports, file);
        Assert.Equal(planned.Count, planned.Select(p => p.Record!.EncounterId).Distinct().Count());
        Assert.All(planned, p => Assert.InRange(p.Record!.Provenance.Remarks.Count, 1, RowNotes.MaxRemarks));
        Assert.All(planned.SelectMany(p => p.Record!.Provenance.Remarks), r => Assert.InRange(r.Length, 1, RowNotes.MaxRemarkLength));
    }

    private static List<PlannedRow<Encounter>> Encounters(string mapping, string imports, string file)
    {
        var read = MappingFile.Read<EncounterMapping>(MappingFileTests.ShippedMappingPath(mapping), imports);
        return [.. SourceTable.Read(SharedData.Find(file), read.TableFormat).Rows.Select(new EncounterRowReader(read).Read)];
    }

    [GeneratedRegex(@"\w+")]
    private static partial Regex Word();
}
