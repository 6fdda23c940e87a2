using Outreach.Tool;

namespace Outreach.Server.Tests.Tool;

public class CsvTableTests
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
        var row = Csv.Read("a,b\n NA ,\n", "NA").Rows[0];
        Assert.Null(row["a"]);
        Assert.Null(row["b"]);
        Assert.Equal("NA", row.RawValue("a"));
    }

    [Theory]
    [InlineData("1", "it has 1 fields where the header has 2")]
    [InlineData("1,2,3", "it has 3 fields where the header has 2")]
    [InlineData("1,\"2", "a quote in it is not closed or not doubled; lines after it may have been read as part of it")]
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
        var table = Csv.Read("\ufeffa,b\r\n1,2\r\n\r\n3,4");
        Assert.Equal(["a", "b"], table.Header);
        Assert.Equal([1, 2], table.Rows.Select(r => r.Number));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a,b,a\n")]
    public void A_file_without_a_usable_header_is_refused(string text) => Assert.Throws<UsageException>(() => Csv.Read(text));
}
