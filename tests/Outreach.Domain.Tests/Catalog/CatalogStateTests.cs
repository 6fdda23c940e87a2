using CsCheck;
using NodaTime;
using Outreach.Domain.Catalog;
using Request = System.Func<Outreach.Domain.Catalog.CatalogState, Outreach.Domain.Recording.Decision<Outreach.Domain.Catalog.CatalogEvent>>;
using static Outreach.Domain.Tests.Catalog.CatalogSamples;

namespace Outreach.Domain.Tests.Catalog;

public class CatalogStateTests
{
    [Fact]
    public void An_entry_tells_when_its_product_was_added_changed_and_retired()
    {
        var added = Start + Duration.FromMinutes(1);
        var state = Given(
            new CatalogEvent.ProductAdded(Product("nasal")),
            new CatalogEvent.ProductChanged(Product("nasal") with { Name = "Renamed" }, added),
            new CatalogEvent.ProductRetired(Product("nasal") with { Name = "Renamed", Retired = true }, added));

        var entry = state.Find(new ProductId("nasal"))!;
        var retired = Start + Duration.FromMinutes(3);
        Assert.Equal((3, added, retired, retired), (entry.Version, entry.AddedAt, entry.ChangedAt, entry.RetiredAt));
        Assert.Equal("Nasal spray", state.AddedAs(new ProductId("nasal"))!.Name);
    }

    [Fact]
    public void A_repeated_request_records_nothing() =>
        AnyRequests.Sample(requests => Assert.Empty(requests[^1](Replay(requests)).Facts));

    [Fact]
    public void No_two_active_products_have_the_same_code() =>
        AnyRequests.Sample(requests =>
        {
            var codes = Replay(requests).Entries.Values
                .Where(entry => !entry.Product.Retired)
                .SelectMany(entry => entry.Product.Identifiers.Distinct());
            Assert.Distinct(codes);
        });

    [Fact]
    public void No_product_tracks_expiry_without_lots() =>
        AnyRequests.Sample(requests =>
            Assert.DoesNotContain(Replay(requests).Entries.Values, entry => entry.Product.TracksExpiry && !entry.Product.TracksLots));

    [Fact]
    public void A_state_rebuilt_from_its_entries_makes_the_same_decisions() =>
        Gen.Select(AnyRequests, AnyProduct).Sample((requests, product) =>
        {
            var state = Replay(requests);
            var copy = new CatalogState(state.Entries, state.Originals);

            Assert.Equal(CatalogRules.Add(state, product).Refusal, CatalogRules.Add(copy, product).Refusal);
            Assert.Equal(
                CatalogRules.Change(state, product, ProductFields.All, null).Refusal,
                CatalogRules.Change(copy, product, ProductFields.All, null).Refusal);
            Assert.Equal(state.OwnerOf(Gtin), copy.OwnerOf(Gtin));
        });

    [Fact]
    public void The_last_fact_of_a_product_is_enough_to_build_its_entry() =>
        AnyRequests.Sample(requests =>
        {
            var facts = Facts(requests);
            var state = Given(facts);
            for (var i = 0; i < facts.Count; i++)
            {
                var id = facts[i].Product.Id;
                if (facts.FindLastIndex(fact => fact.Product.Id == id) == i)
                    Assert.Equal(state.Find(id), CatalogEntry.From(facts[i], i + 1, Start + Duration.FromMinutes(i + 1)));
            }
        });

    private static CatalogState Replay(Request[] requests) => Given(Facts(requests));

    private static List<CatalogEvent> Facts(Request[] requests)
    {
        var facts = new List<CatalogEvent>();
        foreach (var request in requests)
            facts.AddRange(request(Given(facts)).Facts);
        return facts;
    }

    private static readonly Gen<Request[]> AnyRequests = AnyProduct.SelectMany(product => Gen.OneOf<Request>(
        state => CatalogRules.Add(state, product),
        state => CatalogRules.Change(state, product, ProductFields.All, null),
        state => CatalogRules.Retire(state, product.Id, null))).Array[1, 12];
}
