using System.Text.Json.Nodes;
using Outreach.Tool;
using Outreach.Tool.Import.Mapping;
using Outreach.Tool.Import.Rows;

namespace Outreach.Server.Tests.Tool;

public class MappingFileTests
{
    private const string MinimalMapping = """
        {
          "kind": "encounters", "source": "test",
          "site": { "constant": "van-1" },
          "occurred": { "column": "day", "time_of_day": "12:00", "time_zone": "America/New_York" }
        }
        """;

    [Fact]
    public void A_minimal_mapping_is_valid() => Assert.Equal("test", Parse(MinimalMapping).Source);

    [Theory]
    [InlineData("\"source\"", "\"sorce\"", "sorce: is not a property here; did you mean 'source'?")]
    [InlineData("\"constant\": \"van-1\"", "\"konstant\": \"van-1\"", "site.konstant: is not a property here; did you mean 'constant'?")]
    [InlineData("\"constant\": \"van-1\"", "\"constant\": 7", "'site.constant' has the wrong kind of value")]
    [InlineData("\"constant\": \"van-1\"", "", "site: needs either constant or column")]
    [InlineData("\"12:00\"", "\"noon\"", "occurred.time_of_day: is a time as HH:MM; this is 'noon'")]
    [InlineData("America/New_York", "Mars/Olympus", "occurred.time_zone: is an IANA time zone")]
    [InlineData("\"test\"", "\" \"", "source: is required")]
    [InlineData("\"encounters\"", "\"refills\"", "has the kind refills; this command imports encounters")]
    [InlineData("{", "", "is not valid JSON")]
    public void An_error_names_its_key(string correct, string wrong, string message)
    {
        var at = MinimalMapping.IndexOf(correct, StringComparison.Ordinal);
        var failure = Assert.Throws<UsageException>(() => Parse(MinimalMapping.Remove(at, correct.Length).Insert(at, wrong)));
        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_error_is_named_at_once()
    {
        var failure = Assert.Throws<UsageException>(() => Parse("""{ "kind": "encounters" }"""));
        Assert.Contains("source:", failure.Message, StringComparison.Ordinal);
        Assert.Contains("site:", failure.Message, StringComparison.Ordinal);
        Assert.Contains("occurred:", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_participant_code_cannot_be_a_key_that_would_stay_readable()
    {
        var mapping = MinimalMapping.Replace("\"source\"", "\"row_key\": [\"code\"], \"participant_code\": { \"columns\": [\"code\"] }, \"source\"", StringComparison.Ordinal);
        Assert.Contains("row_key: must not contain", Assert.Throws<UsageException>(() => Parse(mapping)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_unknown_property_is_named_at_once()
    {
        var failure = Assert.Throws<UsageException>(() => Parse("""
            { "kind": "encounters", "sorce": "x", "occurred": { "tme_zone": "UTC" }, "handed_out": [{ "unit": {} }] }
            """));
        Assert.Contains("sorce: is not a property here; did you mean 'source'?", failure.Message, StringComparison.Ordinal);
        Assert.Contains("occurred.tme_zone: is not a property here; did you mean 'time_zone'?", failure.Message, StringComparison.Ordinal);
        Assert.Contains("handed_out[0].unit: is not a property here; did you mean 'units'?", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_shipped_schema_is_that_of_the_types() =>
        Assert.Equal(MappingSchema.Text, File.ReadAllText(ShippedMappingPath("mapping.schema.json")));

    [Fact]
    public void The_schema_describes_every_property() =>
        Assert.All(PropertiesIn(JsonNode.Parse(MappingSchema.Text)!["$defs"]!), p => Assert.True(p.Value!["description"] is not null, p.Key));

    [Theory]
    [InlineData("sites")]
    [InlineData("products")]
    [InlineData("receipts")]
    [InlineData("encounters")]
    [InlineData("refills")]
    public void The_reference_describes_every_property(string kind)
    {
        var lines = MappingReference.For(kind).Split(Environment.NewLine);
        var properties = lines.Index().Where(l => l.Item.StartsWith("  ", StringComparison.Ordinal) && l.Item[2] != ' ').ToList();
        Assert.NotEmpty(properties);
        Assert.All(properties, p => Assert.False(string.IsNullOrWhiteSpace(lines[p.Index + 1]), p.Item));
    }

    [Fact]
    public void Every_shipped_mapping_can_be_used()
    {
        var files = Directory.GetFiles(Path.GetDirectoryName(ShippedMappingPath("x"))!, "*.json").Where(f => !f.EndsWith(".schema.json", StringComparison.Ordinal)).ToList();
        Assert.True(files.Count >= 6);
        Assert.All(files, file => Assert.NotEmpty(ReadAny(file).ColumnsRead));
    }

    private static ImportMapping ReadAny(string file) => JsonNode.Parse(File.ReadAllText(file))!["kind"]!.GetValue<string>() switch
    {
        "sites" => MappingFile.Read<SiteMapping>(file, "sites"),
        "products" => MappingFile.Read<ProductMapping>(file, "products"),
        "receipts" => MappingFile.Read<ReceiptMapping>(file, "receipts"),
        var kind => MappingFile.Read<EncounterMapping>(file, kind),
    };

    private static IEnumerable<KeyValuePair<string, JsonNode?>> PropertiesIn(JsonNode schema)
    {
        var own = schema is JsonObject found && found["properties"] is JsonObject properties ? properties.ToList() : [];
        var children = schema switch
        {
            JsonObject parent => parent.Select(p => p.Value),
            JsonArray items => items,
            _ => [],
        };
        return own.Concat(children.OfType<JsonNode>().SelectMany(PropertiesIn));
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
