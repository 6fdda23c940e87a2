using CsCheck;
using NodaTime;
using Outreach.Domain.Catalog;
using Request = System.Func<Outreach.Domain.Catalog.CatalogState, Outreach.Domain.Recording.Decision<Outreach.Domain.Catalog.CatalogEvent>>;
using static Outreach.Domain.Tests.Catalog.CatalogSamples;

namespace Outreach.Domain.Tests.Catalog;

public class CatalogStateTests
{
    [Fact]
    public void The_state_knows_when_a_product_was_added_and_changed()
    {
        var added = Start + Duration.FromMinutes(1);
        var state = Given(
            new CatalogEvent.ProductAdded(Product("nasal")),
            new CatalogEvent.ProductChanged(Product("nasal") with { Name = "Renamed" }, added),
            new CatalogEvent.ProductRetired(Product("nasal") with { Name = "Renamed", Retired = true }, added));

        var (current, addedAs) = state.GetSettings(new ProductId("nasal"));
        Assert.Equal((3, added, Start + Duration.FromMinutes(3)), (current!.Version, current.AddedAt, current.ChangedAt));
        Assert.Equal("Nasal spray", addedAs!.Name);
    }

    [Fact]
    public void A_repeated_request_records_nothing() =>
        AnyRequests.Sample(requests => Assert.Empty(requests[^1](Replay(requests)).Facts));

    [Fact]
    public void No_two_active_products_have_the_same_code() =>
        AnyRequests.Sample(requests =>
        {
            var codes = Replay(requests).Entries.Values
                .Where(entry => !entry.Value.Retired)
                .SelectMany(entry => entry.Value.Identifiers.Distinct());
            Assert.Distinct(codes);
        });

    [Fact]
    public void No_product_tracks_expiry_without_lots() =>
        AnyRequests.Sample(requests =>
            Assert.DoesNotContain(Replay(requests).Entries.Values, entry => entry.Value.TracksExpiry && !entry.Value.TracksLots));

    [Fact]
    public void A_state_rebuilt_from_its_products_makes_the_same_decisions() =>
        Gen.Select(AnyRequests, AnyProduct).Sample((requests, product) =>
        {
            var state = Replay(requests);
            var copy = new CatalogState(state.Entries, state.Originals);

            Assert.Equal(CatalogRules.Add(state, product).Refusal, CatalogRules.Add(copy, product).Refusal);
            Assert.Equal(
                CatalogRules.Change(state, product.Id, _ => product, null).Refusal,
                CatalogRules.Change(copy, product.Id, _ => product, null).Refusal);
            Assert.Equal(state.OwnerOf(Gtin), copy.OwnerOf(Gtin));
        });

    [Fact]
    public void The_last_event_of_a_product_alone_says_what_it_is() =>
        AnyRequests.Sample(requests =>
        {
            var facts = Facts(requests);
            var state = Given(facts);
            for (var i = 0; i < facts.Count; i++)
            {
                var id = facts[i].Product.Id;
                if (facts.FindLastIndex(fact => fact.Product.Id == id) == i)
                    Assert.Equal(state.GetSettings(id).Current, facts[i].ToVersioned(i + 1, Start + Duration.FromMinutes(i + 1)));
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
        state => CatalogRules.Change(state, product.Id, _ => product, null),
        state => CatalogRules.Retire(state, product.Id, null))).Array[1, 12];
}
