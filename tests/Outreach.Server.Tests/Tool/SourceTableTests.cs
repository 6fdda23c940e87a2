using System.IO.Compression;
using System.Text;
using Outreach.Tool;
using Outreach.Tool.Import.Tables;

namespace Outreach.Server.Tests.Tool;

public class SourceTableTests
{
    [Fact]
    public void Quoted_fields_may_hold_separators_and_line_breaks()
    {
        var table = Csv.Read("a,b\n\"1,2\",\"x\ny\"\n3,4\n");
        Assert.Equal(2, table.Rows.Count);
        Assert.Equal(("1,2", "x\ny"), (table.Rows[0]["a"], table.Rows[0]["b"]));
    }

    [Fact]
    public void A_blank_value_is_null_but_its_raw_text_can_be_read()
    {
        var row = Csv.Read("a,b,c\n NA ,,1\n", "NA").Rows[0];
        Assert.Null(row["a"]);
        Assert.Null(row["b"]);
        Assert.Equal("NA", row.RawValue("a"));
    }

    [Theory]
    [InlineData("1", "it has 1 fields where the header has 2")]
    [InlineData("1,2,3", "it has 3 fields where the header has 2")]
    [InlineData("1,\"2", "a quote in it is not closed or not doubled; lines after it may have been read as part of it")]
    [InlineData("1,caf\uFFFD", "it contains U+FFFD, which stands for characters that were lost when the file was saved; save the file again as UTF-8")]
    public void A_malformed_row_is_kept_with_its_error(string line, string why)
    {
        var table = Csv.Read($"a,b\n0,0\n{line}");
        Assert.Equal([null, why], table.Rows.Select(r => r.ParseError));
    }

    [Fact]
    public void A_stray_quote_that_spans_lines_is_reported()
    {
        var table = Csv.Read("a,b\n0,0\n5\" tube,\"x\n3,4\n5,6\n");
        Assert.Equal([true, false], table.Rows.Select(r => r.ParseError is null));
    }

    [Fact]
    public void A_quote_within_unquoted_text_is_kept() => Assert.Null(Csv.Read("a,b\n5\" tube,x\n").Rows[0].ParseError);

    [Fact]
    public void Line_ends_and_a_byte_order_mark_do_not_matter()
    {
        var table = Read(Encoding.UTF8.GetBytes("\ufeffa,b\r\n1,2\r\n\r\n3,4"));
        Assert.Equal(["a", "b"], table.Header);
        Assert.Equal([1, 2], table.Rows.Select(r => r.Number));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a,b,a\n")]
    [InlineData(",,\n1,2,3\n")]
    public void A_file_without_a_usable_header_is_refused(string text) => Assert.Throws<UsageException>(() => Csv.Read(text));

    [Fact]
    public void Rows_of_separators_alone_are_empty_and_keep_their_numbers()
    {
        var table = Csv.Read("a,b\n1,2\n,\n , \n3,4\n,,,\n");
        Assert.Equal([1, 4], table.Rows.Select(r => r.Number));
        Assert.Equal([2, 3, 5], table.EmptyRows);
    }

    [Fact]
    public void Columns_without_a_name_at_the_end_are_none_unless_a_row_has_a_value_there()
    {
        var table = Csv.Read("a,b,,\n1,2,,\n3,4,5,\n");
        Assert.Equal(["a", "b"], table.Header);
        Assert.Equal([null, "it has 3 fields where the header has 2"], table.Rows.Select(r => r.ParseError));
    }

    [Fact]
    public void A_column_without_a_name_between_others_is_called_by_its_number() =>
        Assert.Equal("2", Csv.Read("a,,c\n1,2,3\n").Rows[0]["column 2"]);

    [Theory]
    [InlineData("a;b\n1,5;2\n", "1,5")]
    [InlineData("a\tb\n1,5\t2\n", "1,5")]
    [InlineData("a|b\n1,5|2\n", "1,5")]
    [InlineData("sep=;\na;b\n1,5;2\n", "1,5")]
    [InlineData("a,b\n\"1;5\",2\n", "1;5")]
    public void The_separator_is_the_one_with_which_the_header_has_the_mapped_columns(string text, string expected)
    {
        var table = SourceTable.ReadText(text, "test.csv", new TableFormat { Columns = ["a", "b"] });
        Assert.Equal((expected, "2"), (table.Rows[0]["a"], table.Rows[0]["b"]));
    }

    [Theory]
    [InlineData("utf-8")]
    [InlineData("windows-1252")]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    public void An_encoding_is_detected_and_no_letter_is_lost(string encoding)
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        Assert.Equal("Café à Québec", Read(Encoding.GetEncoding(encoding).GetBytes("name,x\nCafé à Québec,1\n")).Rows[0]["name"]);
    }

    [Fact]
    public void A_named_encoding_is_used_and_one_that_does_not_fit_is_refused()
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        var bytes = Encoding.GetEncoding("ibm850").GetBytes("name,x\nCafé,1\n");
        Assert.Equal("Café", Read(bytes, new TableFormat { Encoding = "ibm850" }).Rows[0]["name"]);
        Assert.Contains("is not utf-8", Assert.Throws<UsageException>(() => Read(bytes, new TableFormat { Encoding = "utf-8" })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_encoding_that_cannot_be_told_has_to_be_named()
    {
        byte[] bytes = [.. "name\nCaf"u8, 0x81, (byte)'\n'];
        Assert.Contains("Name it in the mapping", Assert.Throws<UsageException>(() => Read(bytes)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_workbook_is_read_with_its_dates_numbers_and_times()
    {
        var table = Read(Workbook(
            "<row><c t=\"inlineStr\"><is><t>when</t></is></c><c t=\"inlineStr\"><is><t>given</t></is></c><c t=\"inlineStr\"><is><t>note</t></is></c></row>"
            + "<row><c s=\"1\"><v>46088.5</v></c><c><v>2.5</v></c><c t=\"inlineStr\"><is><t>Café</t></is></c></row>"
            + "<row/><row><c s=\"1\"><v>46089</v></c><c><v>3</v></c></row>"));
        Assert.Equal(["when", "given", "note"], table.Header);
        Assert.Equal(("2026-03-07T12:00:00", "2.5", "Café"), (table.Rows[0]["when"], table.Rows[0]["given"], table.Rows[0]["note"]));
        Assert.Equal(("2026-03-08T00:00:00", "3"), (table.Rows[1]["when"], table.Rows[1]["given"]));
    }

    [Fact]
    public void A_cell_whose_formula_failed_is_not_read_as_empty()
    {
        var table = Read(Workbook(
            "<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>a</t></is></c><c r=\"B1\" t=\"inlineStr\"><is><t>b</t></is></c></row>"
            + "<row r=\"3\"><c r=\"A3\"><v>1</v></c><c r=\"B3\" t=\"e\"><v>#DIV/0!</v></c></row>"));
        Assert.Equal(("1", "#error"), (table.Rows[0]["a"], table.Rows[0]["b"]));
        Assert.Equal([1], table.EmptyRows);
    }

    [Theory]
    [InlineData(new byte[] { 0x50, 0x4B, 0x03, 0x04, 1, 2, 3 })]
    [InlineData(new byte[] { 0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, 3 })]
    public void A_damaged_workbook_is_refused_in_a_sentence(byte[] bytes) =>
        Assert.Contains("is not a workbook that can be read", Assert.Throws<UsageException>(() => Read(bytes)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_sheet_that_does_not_exist_is_an_error_that_names_the_others()
    {
        var bytes = Workbook("<row><c><v>1</v></c></row>");
        Assert.Contains("It has: Visits.", Assert.Throws<UsageException>(() => Read(bytes, new TableFormat { Sheet = "Other" })).Message, StringComparison.Ordinal);
    }

    private static SourceTable Read(byte[] bytes, TableFormat? format = null)
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(file, bytes);
            return SourceTable.Read(file, format ?? new TableFormat());
        }
        finally
        {
            File.Delete(file);
        }
    }

    // The smallest workbook with a sheet; style 1 is a date with a time.
    private static byte[] Workbook(string rows)
    {
        const string Main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
        const string Office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
        const string Package = "http://schemas.openxmlformats.org/package/2006/relationships";
        var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            Add(zip, "_rels/.rels", $"<Relationships xmlns=\"{Package}\"><Relationship Id=\"r1\" Type=\"{Office}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>");
            Add(zip, "xl/workbook.xml", $"<workbook xmlns=\"{Main}\" xmlns:r=\"{Office}\"><sheets><sheet name=\"Visits\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>");
            Add(zip, "xl/_rels/workbook.xml.rels",
                $"<Relationships xmlns=\"{Package}\"><Relationship Id=\"r1\" Type=\"{Office}/worksheet\" Target=\"worksheets/sheet1.xml\"/>"
                + $"<Relationship Id=\"r2\" Type=\"{Office}/styles\" Target=\"styles.xml\"/></Relationships>");
            Add(zip, "xl/styles.xml", $"<styleSheet xmlns=\"{Main}\"><cellXfs count=\"2\"><xf numFmtId=\"0\"/><xf numFmtId=\"22\"/></cellXfs></styleSheet>");
            Add(zip, "xl/worksheets/sheet1.xml", $"<worksheet xmlns=\"{Main}\"><sheetData>{rows}</sheetData></worksheet>");
        }
        return stream.ToArray();
    }

    private static void Add(ZipArchive zip, string name, string xml)
    {
        using var writer = new StreamWriter(zip.CreateEntry(name).Open());
        writer.Write(xml);
    }
}
