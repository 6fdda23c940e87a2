using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using Orleans.Serialization;
using Outreach.Domain;
using Outreach.Domain.Catalog;
using Outreach.Domain.Sites;
using Outreach.Server.Hosting;

namespace Outreach.Server.Tests.Hosting;

public class DomainCodecTests
{
    private static readonly ServiceProvider Services = new ServiceCollection().AddSerializer(serializer => serializer.AddDomainCodec()).BuildServiceProvider();

    private static readonly Site Van = new(
        new SiteId("van-1"), "Van", SiteKind.Van, "America/New_York", "", new Coordinates(39.99, -75.13),
        [new ServiceHours(IsoDayOfWeek.Monday, new LocalTime(9, 0), new LocalTime(17, 30))], Closed: false);

    [Fact]
    public void A_call_within_the_process_hands_the_same_reference_on()
    {
        Assert.Same(Van, Services.GetRequiredService<DeepCopier<Site>>().Copy(Van));
        Assert.Same(Van, Services.GetRequiredService<DeepCopier<object>>().Copy(Van));
    }

    [Fact]
    public void A_site_crosses_to_another_node_whole()
    {
        Assert.True(Cross(Van).SaysTheSameAs(Van));
        Assert.True(((Site)Cross<object>(Van)).SaysTheSameAs(Van));
    }

    [Fact]
    public void An_answer_crosses_with_its_value_or_its_refusal()
    {
        Outcome<SiteEntry> yes = new SiteEntry(Van, 3, Instant.FromUnixTimeTicks(1), Instant.FromUnixTimeTicks(2));
        Outcome<SiteEntry> no = SiteRules.Unknown(Van.Id);

        Assert.Equal(3, Cross(yes).Value!.Version);
        Assert.Null(Cross(yes).Refusal);
        Assert.Equal(no, Cross(no));
    }

    [Fact]
    public void Ids_cross_as_themselves_and_so_do_enumerations_and_nothing()
    {
        Assert.Equal(new ProductId("spray"), Cross(new ProductId("spray")));
        Assert.Equal(ProductSettings.Name | ProductSettings.Form, Cross(ProductSettings.Name | ProductSettings.Form));
        Assert.Null(Cross<Site?>(null));
    }

    [Fact]
    public void The_same_thing_twice_in_one_call_crosses_and_so_do_lists()
    {
        var both = Cross<Site[]>([Van, Van, Van with { Name = "Another" }]);

        Assert.Same(both[0], both[1]);
        Assert.Equal("Another", both[2].Name);
        Assert.Equal("van-1", Cross(ImmutableArray.Create(Van))[0].Id.Value);
    }

    private static T Cross<T>(T value)
    {
        var serializer = Services.GetRequiredService<Serializer<T>>();
        return serializer.Deserialize(serializer.SerializeToArray(value))!;
    }
}
