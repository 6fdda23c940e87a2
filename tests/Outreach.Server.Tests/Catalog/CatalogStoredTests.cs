using System.Text.Json;
using NodaTime;
using Outreach.Domain.Catalog;
using Outreach.Server.Catalog;

namespace Outreach.Server.Tests.Catalog;

public class CatalogStoredTests
{
    private static readonly Instant Added = Instant.FromUtc(2026, 3, 1, 9, 0) + Duration.FromNanoseconds(123_456_789);

    private static readonly Product Spray = new(
        new ProductId("naloxone-nasal-4mg"), "Naloxone \"4 mg\" – été", Category.OverdoseReversal, Form.NasalSpray, "4 mg", 2, 2, "box",
        [new PackageSize("carton", 12)],
        [new Identifier(IdentifierScheme.Gtin, "00012345600012"), new Identifier(IdentifierScheme.Ndc532, "12345-678-90")],
        TracksLots: true, TracksExpiry: true, Retired: false);

    private static readonly Dictionary<string, CatalogEvent> CurrentForms = new()
    {
        ["product-added"] = new CatalogEvent.ProductAdded(Spray),
        ["product-changed"] = new CatalogEvent.ProductChanged(Spray with { Packages = [], Identifiers = [] }, Added),
        ["product-retired"] = new CatalogEvent.ProductRetired(Spray with { Retired = true }, Added),
    };

    public static TheoryData<string> Names => [.. CurrentForms.Keys];

    [Theory, MemberData(nameof(Names))]
    public void A_fact_is_written_as_in_its_golden_file(string name) =>
        GoldenFiles.AssertWrittenAs("Catalog", name, CurrentForms[name], CatalogJson.Fact);

    [Theory, MemberData(nameof(Names))]
    public void A_golden_file_is_read_as_its_fact(string name)
    {
        Assert.Equal(CurrentForms[name], GoldenFiles.Read("Catalog", name, CatalogJson.Fact));
    }

    [Fact]
    public void Every_kind_of_fact_has_a_golden_file_that_can_be_read()
    {
        var sorts = GoldenFiles.Names("Catalog").Select(name => GoldenFiles.Read("Catalog", name, CatalogJson.Fact).GetType()).Distinct();

        Assert.Equal(
            typeof(CatalogEvent).GetNestedTypes().Select(type => type.Name).Order(StringComparer.Ordinal),
            sorts.Select(type => type.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_snapshot_is_read_as_the_state_that_was_written()
    {
        var state = CurrentForms.Values.Aggregate((State: CatalogState.Empty, Version: 0L), (at, fact) =>
            (at.State.Apply(fact, at.Version + 1, Added + Duration.FromHours(at.Version)), at.Version + 1)).State;
        state = state.Apply(new CatalogEvent.ProductAdded(Spray with { Id = new ProductId("another") }), 4, Added);

        var snapshot = JsonSerializer.Serialize(state, CatalogJson.State);
        var read = JsonSerializer.Deserialize(snapshot, CatalogJson.State)!;

        Assert.Equal(snapshot, JsonSerializer.Serialize(read, CatalogJson.State));
        Assert.Equal(["another", "naloxone-nasal-4mg"], read.Entries.Keys);
        Assert.Equal(new ProductId("another"), read.OwnerOf(Spray.Identifiers[0]));
        Assert.Equal(Spray, read.GetSettings(Spray.Id).AddedAs);
    }

    [Theory]
    [InlineData("product-added", "null")]
    [InlineData("product-retired", "\"2026-03-02T00:00:00Z\"")]
    public void A_document_keeps_its_form_and_says_when_its_product_was_retired(string name, string retiredAt)
    {
        var document = JsonSerializer.Serialize(CurrentForms[name].ToVersioned(3, Instant.FromUtc(2026, 3, 2, 0, 0)), CatalogJson.Document);

        Assert.StartsWith("{\"product\":{\"id\":\"naloxone-nasal-4mg\",", document, StringComparison.Ordinal);
        Assert.EndsWith($",\"changedAt\":\"2026-03-02T00:00:00Z\",\"retiredAt\":{retiredAt}}}", document, StringComparison.Ordinal);
    }
}
