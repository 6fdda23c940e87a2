using NodaTime;
using Outreach.Protocol.Sites.V1;
using Outreach.Protocol.Encounters.V1;
using Outreach.Tool.Import;
using Outreach.Tool.Import.Columns;
using Outreach.Tool.Import.Tables;

namespace Outreach.Server.Tests.Tool;

public class ColumnTests
{
    private readonly RowNotes notes = new();

    [Theory]
    [InlineData("7", 7)]
    [InlineData("7.0", 7)]
    [InlineData("0", 0)]
    [InlineData("200", 200)]
    public void A_plausible_count_is_read_without_a_note(string text, int count)
    {
        Assert.Equal(count, new CountColumn { Column = "it", Max = 200 }.ReadPlausible(Csv.OneField(text), notes));
        Assert.Empty(notes.All);
    }

    [Theory]
    [InlineData("201", "it: 201 is outside 0 to 200; not used")]
    [InlineData("-1", "it: -1 is outside 0 to 200; not used")]
    [InlineData("43101", "it: 43101 is outside 0 to 200 (a spreadsheet writes 2018-01-01 so); not used")]
    [InlineData("2155550100", "it: a number of more than six digits is outside 0 to 200; not used")]
    [InlineData("1,2", "it: '1,2' is not a whole number; not used")]
    [InlineData("F and Clearfield", "it: it is not a whole number; not used")]
    public void An_implausible_count_is_noted_and_not_used(string text, string note)
    {
        Assert.Null(new CountColumn { Column = "it", Max = 200 }.ReadPlausible(Csv.OneField(text), notes));
        Assert.Equal([note], notes.All);
    }

    [Theory]
    [InlineData("-5", -5)]
    [InlineData("99999999999", int.MaxValue)]
    [InlineData("many", CountColumn.UnreadableCount)]
    public void An_impossible_quantity_is_sent_as_typed_for_the_server_to_hold(string text, int sent) =>
        Assert.Equal(sent, new CountColumn { Column = "it" }.ReadAsTyped(Csv.OneField(text), notes));

    [Theory]
    [InlineData("0.1", 0.1)]
    [InlineData("100", 100)]
    public void A_plausible_amount_is_read(string text, double amount) =>
        Assert.Equal((decimal)amount, new AmountColumn { Column = "it", Min = 0.01m, Max = 100 }.Read(Csv.OneField(text), notes));

    [Theory]
    [InlineData("0", "it: 0 is less than 0.01; not used")]
    [InlineData("1000", "it: 1000 is more than 100; not used")]
    [InlineData("43101", "it: 43101 is more than 100 (a spreadsheet writes 2018-01-01 so); not used")]
    [InlineData("half", "it: it is not a number; not used")]
    public void An_implausible_amount_is_noted_and_not_used(string text, string note)
    {
        Assert.Null(new AmountColumn { Column = "it", Min = 0.01m, Max = 100 }.Read(Csv.OneField(text), notes));
        Assert.Equal([note], notes.All);
    }

    [Fact]
    public void Spellings_become_distinct_values_and_unknown_text_is_not_repeated()
    {
        var column = new EnumColumn<MedicationForm>
        {
            Column = "it",
            Separators = ",",
            Spellings = new Dictionary<string, IReadOnlyList<string>> { ["intramuscular"] = ["muscle"], ["nasal"] = ["nose", "in  Tranasal"] },
        };
        var read = column.Read(Csv.OneField("Muscle,  IN TRANASAL ,nose, 12 Elm Street"), notes);
        Assert.Equal([MedicationForm.Nasal, MedicationForm.Intramuscular], read);
        Assert.Equal(["it: 1 of 4 answers are not in the mapping's table; not used"], notes.All);
    }

    [Fact]
    public void A_spelling_can_map_to_several_values_and_an_ignored_one_to_none()
    {
        var column = new EnumColumn<OverdoseSign>
        {
            Column = "it",
            Spellings = new Dictionary<string, IReadOnlyList<string>> { ["breathing"] = ["all"], ["colour"] = ["all"] },
            Ignored = ["0"],
        };
        Assert.Equal([OverdoseSign.Breathing, OverdoseSign.Colour], column.Read(Csv.OneField("all"), notes));
        Assert.Empty(column.Read(Csv.OneField("0"), notes));
        Assert.Empty(notes.All);
    }

    [Fact]
    public void Enum_values_are_written_as_in_the_protos()
    {
        Assert.True(EnumNames.TryParse<SiteKind>("mobile_stop", out var kind));
        Assert.Equal(SiteKind.MobileStop, kind);
        Assert.False(EnumNames.TryParse<SiteKind>("unspecified", out _));
        Assert.False(EnumNames.TryParse<SiteKind>("2", out _));
        Assert.Equal("opioid_agonist_clinic", EnumNames.Format(LocationType.OpioidAgonistClinic));
    }

    [Fact]
    public void A_day_is_read_at_the_stated_time_of_its_time_zone()
    {
        var column = new DateTimeColumn { Column = "it", TimeOfDay = "12:00", TimeZone = "America/New_York" };
        Assert.Equal(Instant.FromUtc(2019, 7, 1, 16, 0), column.Read(Csv.OneField("2019-07-01"), notes)!.Value.ToInstant());
        Assert.Equal(Instant.FromUtc(2019, 1, 1, 17, 0), column.Read(Csv.OneField("2019-01-01"), notes)!.Value.ToInstant());
    }

    [Fact]
    public void A_date_and_time_is_read_by_its_pattern()
    {
        var column = new DateTimeColumn { Column = "it", Patterns = ["M/d/uuuu H:mm"], TimeZone = "America/New_York" };
        Assert.Equal(Instant.FromUtc(2019, 7, 1, 18, 5), column.Read(Csv.OneField("7/1/2019 14:05"), notes)!.Value.ToInstant());
    }

    [Fact]
    public void A_day_that_cannot_be_read_is_noted_without_being_repeated()
    {
        Assert.Null(new DateTimeColumn { Column = "it", TimeOfDay = "12:00", TimeZone = "America/New_York" }.Read(Csv.OneField("last June"), notes));
        Assert.Equal(["it: it is not a date of the mapping's patterns"], notes.All);
    }

    [Fact]
    public void Text_columns_are_joined_without_repetition()
    {
        var row = Csv.Read("a,b,c\n\"1 Elm St, 19134\",19134,\n").Rows[0];
        Assert.Equal("1 Elm St, 19134", new TextColumns { Columns = ["a", "b", "c"] }.Read(row));
    }

    [Theory]
    [InlineData("12", "ppp-12")]
    [InlineData("A7", "ppp-a7")]
    public void A_site_is_a_prefix_and_the_column(string text, string site) =>
        Assert.Equal(site, new SiteColumn { Column = "it", Prefix = "ppp-" }.Read(Csv.OneField(text), notes));

    [Fact]
    public void A_substitute_site_is_used_with_a_note()
    {
        var substitutes = new Dictionary<string, SubstituteSite> { ["NA"] = new() { Site = "unknown", Note = "the source does not say" } };
        Assert.Equal("unknown", new SiteColumn { Column = "it", Prefix = "ppp-", Substitutes = substitutes }.Read(Csv.OneField("NA", "NA"), notes));
        Assert.Equal(["it: the source does not say"], notes.All);
    }

    [Theory]
    [InlineData("2,0", 2)]
    [InlineData("1.234", 1234)]
    [InlineData("1.234,0", 1234)]
    [InlineData("12.34", CountColumn.UnreadableCount)]
    public void A_decimal_comma_is_read_where_the_mapping_says_so(string text, int count)
    {
        var row = SourceTable.ReadText($"it;x\n{text};1\n", "test.csv", new TableFormat { Columns = ["it", "x"], Numbers = new NumberFormat(",", ".") }).Rows[0];
        Assert.Equal(count, new CountColumn { Column = "it" }.ReadAsTyped(row, notes));
    }

    [Fact]
    public void What_was_typed_is_told_where_it_is_a_short_number_only()
    {
        new CountColumn { Column = "it" }.ReadAsTyped(Csv.OneField("2,5"), notes);
        new CountColumn { Column = "it" }.ReadAsTyped(Csv.OneField("two"), notes);
        new CountColumn { Column = "it" }.ReadAsTyped(Csv.OneField("215-555-0100"), notes);
        Assert.Equal(
            [
                "it: '2,5' is not a whole number; -1 stands for it until a person corrects it",
                "it: it is not a whole number; -1 stands for it until a person corrects it",
                "it: it is not a whole number; -1 stands for it until a person corrects it",
            ],
            notes.All);
    }

    [Theory]
    [InlineData("2.5", WeightUnit.Kilograms, 2_500)]
    [InlineData("10", WeightUnit.Pounds, 4_536)]
    [InlineData("700", WeightUnit.Grams, 700)]
    [InlineData("a bag", WeightUnit.Grams, CountColumn.UnreadableCount)]
    public void A_weight_is_sent_in_grams(string text, WeightUnit unit, int grams) =>
        Assert.Equal(grams, new WeightColumn { Column = "it", Unit = unit, MilligramsEach = 7_000 }.Read(Csv.OneField(text), notes)!.Grams);

    [Theory]
    [InlineData("46088", "2026-03-07T12:00:00")]
    [InlineData("46088.25", "2026-03-07T06:00:00")]
    [InlineData("2026-03-07", "2026-03-07T12:00:00")]
    [InlineData("3/7/2026", "2026-03-07T12:00:00")]
    public void Day_numbers_of_spreadsheets_are_read_where_the_mapping_says_so(string text, string local)
    {
        var column = new DateTimeColumn
        {
            Column = "it", Patterns = ["uuuu-MM-dd", "M/d/uuuu"], TimeOfDay = "12:00", TimeZone = "UTC", DayNumbers = DayNumberSystem.From1900,
        };
        Assert.Equal($"{local}Z", $"{column.Read(Csv.OneField(text), notes)!.Value.ToInstant()}");
    }

    [Fact]
    public void A_day_number_without_leave_is_noted_with_the_day_it_may_be()
    {
        Assert.Null(new DateTimeColumn { Column = "it", TimeOfDay = "12:00", TimeZone = "UTC" }.Read(Csv.OneField("46088"), notes));
        Assert.Equal(["it: '46088' is a number (a spreadsheet writes 2026-03-07 so); set day_numbers in the mapping to read it"], notes.All);
    }

    [Theory]
    [InlineData("9:05", "2026-03-07T09:05:00Z")]
    [InlineData("9:05 PM", "2026-03-07T21:05:00Z")]
    [InlineData("", "2026-03-07T12:00:00Z")]
    public void Date_and_time_may_be_in_two_columns(string time, string expected)
    {
        var column = new DateTimeColumn { Column = "day", TimeColumn = "time", TimeOfDay = "12:00", TimeZone = "UTC" };
        Assert.Equal(expected, $"{column.Read(Csv.Read($"day,time\n2026-03-07,{time}\n").Rows[0], notes)!.Value.ToInstant()}");
    }

    [Theory]
    [InlineData("2026-03-08 02:30", "2026-03-08T07:30:00Z", "it: clocks skipped its time that day; the time after the change is used")]
    [InlineData("2026-11-01 01:30", "2026-11-01T05:30:00Z", "it: clocks showed its time twice that day; the first is used")]
    public void A_time_that_a_clock_change_skips_or_repeats_is_noted(string text, string expected, string note)
    {
        var column = new DateTimeColumn { Column = "it", Patterns = ["uuuu-MM-dd HH:mm"], TimeZone = "America/New_York" };
        Assert.Equal(expected, $"{column.Read(Csv.OneField(text), notes)!.Value.ToInstant()}");
        Assert.Equal([note], notes.All);
    }

    [Theory]
    [InlineData("Main  street", "main")]
    [InlineData("The Van", "van-1")]
    [InlineData("other", "ppp-other")]
    public void Sites_have_spellings(string text, string site)
    {
        var spellings = new Dictionary<string, IReadOnlyList<string>> { ["main"] = ["Main Street", "HQ"], ["van-1"] = ["the van"] };
        Assert.Equal(site, new SiteColumn { Column = "it", Prefix = "ppp-", Spellings = spellings }.Read(Csv.OneField(text), notes));
    }

    [Fact]
    public void A_list_of_what_was_handed_out_reads_what_the_export_writes()
    {
        HandedOut[] lines = [new() { ProductId = "naloxone", Units = 2, LotNumber = "A 1:0" }, new() { ProductId = "syringe", Units = 10 }];
        Assert.Equal(lines, new HandedOutListColumn { Column = "it" }.Read(Csv.OneField(HandedOutListColumn.Write(lines)), notes));
    }
}
