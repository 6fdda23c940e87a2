using Outreach.Tool;
using Outreach.Tool.Import.Mapping;
using Outreach.Tool.Import.Rows;

namespace Outreach.Server.Tests.Tool;

public class MappingFileTests
{
    private const string MinimalMapping = """
        {
          "imports": "encounters", "source": "test",
          "site": { "always": "van-1" },
          "occurred": { "column": "day", "at": "12:00", "time_zone": "America/New_York" }
        }
        """;

    [Fact]
    public void A_minimal_mapping_is_valid() => Assert.Equal("test", Parse(MinimalMapping).Source);

    [Theory]
    [InlineData("\"source\"", "\"sorce\"", "line 2: there is no key 'sorce'.")]
    [InlineData("\"always\": \"van-1\"", "\"allways\": \"van-1\"", "line 3: there is no key 'site.allways'.")]
    [InlineData("\"always\": \"van-1\"", "\"always\": 7", "line 3: 'site.always' does not have the kind of value that it should have.")]
    [InlineData("\"always\": \"van-1\"", "", "site: it needs either always or column")]
    [InlineData("\"12:00\"", "\"noon\"", "occurred.at: it is a time as HH:MM; this is 'noon'")]
    [InlineData("America/New_York", "Mars/Olympus", "occurred.time_zone: it is an IANA time zone")]
    [InlineData("\"test\"", "\" \"", "source: it is required")]
    [InlineData("\"encounters\"", "\"refills\"", "imports refills; this command imports encounters")]
    [InlineData("{", "", "is not JSON as it should be")]
    public void An_error_names_its_key(string correct, string wrong, string message)
    {
        var at = MinimalMapping.IndexOf(correct, StringComparison.Ordinal);
        var failure = Assert.Throws<UsageException>(() => Parse(MinimalMapping.Remove(at, correct.Length).Insert(at, wrong)));
        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_error_is_named_at_once()
    {
        var failure = Assert.Throws<UsageException>(() => Parse("""{ "imports": "encounters" }"""));
        Assert.Contains("source:", failure.Message, StringComparison.Ordinal);
        Assert.Contains("site:", failure.Message, StringComparison.Ordinal);
        Assert.Contains("occurred:", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_example_for_products_reads_the_columns_it_names()
    {
        var mapping = MappingFile.Read<ProductMapping>(ShippedMappingPath("example-products.json"), "products");
        var table = Csv.Read(
            "id,name,category,form,strength,doses,pieces,unit,gtin,lots,expires\n"
            + "spray,Naloxone spray,Naloxone,nasal spray,4 mg,2,2,box,00363824081212,yes,yes\n"
            + "what,Something,who knows,item,,,,each,,no,no\n");
        var rows = table.Rows.Select(new ProductRowReader(mapping).Read).ToList();
        var spray = rows[0].Record!;
        Assert.Equal((2, true, "00363824081212"), (spray.DosesPerUnit, spray.TracksExpiry, spray.Identifiers[0].Value));
        Assert.Equal("its category is not in the mapping's table", rows[1].RejectionReason);
    }

    internal static string ShippedMappingPath(string name) => Path.Combine(AppContext.BaseDirectory, "Mappings", name);

    private static EncounterMapping Parse(string json) => MappingFile.Parse<EncounterMapping>(json, "test.json", "encounters");
}
