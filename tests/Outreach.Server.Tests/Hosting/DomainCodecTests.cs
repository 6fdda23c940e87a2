using System.Collections.Immutable;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using Npgsql;
using Orleans.Serialization;
using Outreach.Domain.Catalog;
using Outreach.Domain.Recording;
using Outreach.Domain.Recording.Settings;
using Outreach.Domain.Sites;
using Outreach.Server.Hosting;
using Outreach.Server.Ledger;

namespace Outreach.Server.Tests.Hosting;

public class DomainCodecTests
{
    private static readonly ServiceProvider Services = new ServiceCollection().AddSerializer(serializer => serializer.AddDomainCodec()).BuildServiceProvider();

    private static readonly Site Van = new(
        new SiteId("van-1"), "Van", SiteKind.Van, "America/New_York", "", new Coordinates(39.99, -75.13),
        [new ServiceHours(IsoDayOfWeek.Monday, new LocalTime(9, 0), new LocalTime(17, 30))], Closed: false);

    [Fact]
    public void A_local_call_passes_the_same_reference()
    {
        Assert.Same(Van, Services.GetRequiredService<DeepCopier<Site>>().Copy(Van));
        Assert.Same(Van, Services.GetRequiredService<DeepCopier<object>>().Copy(Van));
    }

    [Fact]
    public void A_site_round_trips()
    {
        Assert.Equal(Van, RoundTrip(Van));
        Assert.Equal(Van, RoundTrip<object>(Van));
    }

    [Fact]
    public void An_update_round_trips()
    {
        var update = new SettingsUpdate<Site>(Van, ["name", "closed"], 3);

        Assert.Equal(update, RoundTrip(update));
    }

    [Fact]
    public void An_answer_round_trips_with_its_value_or_refusal()
    {
        Result<Versioned<Site>> yes = new Versioned<Site>(Van, 3, Instant.FromUnixTimeTicks(1), Instant.FromUnixTimeTicks(2));
        Result<Versioned<Site>> no = SiteRules.Unknown(Van.Id);

        Assert.Equal(3, RoundTrip(yes).Value!.Version);
        Assert.Null(RoundTrip(yes).Refusal);
        Assert.Equal(no, RoundTrip(no));
    }

    [Fact]
    public void Ids_enums_and_null_round_trip()
    {
        Assert.Equal(new ProductId("spray"), RoundTrip(new ProductId("spray")));
        Assert.Equal(SiteKind.Van, RoundTrip(SiteKind.Van));
        Assert.Null(RoundTrip<Site?>(null));
    }

    [Fact]
    public void Repeated_references_and_lists_round_trip()
    {
        var both = RoundTrip<Site[]>([Van, Van, Van with { Name = "Another" }]);

        Assert.Same(both[0], both[1]);
        Assert.Equal("Another", both[2].Name);
        Assert.Equal("van-1", RoundTrip(ImmutableArray.Create(Van))[0].Id.Value);
    }

    [Fact]
    public void What_a_grain_throws_crosses_with_its_type_message_and_cause()
    {
        AssertCrosses(new StaleJournalException("Another writer was first."));
        AssertCrosses(new LedgerFullException("The queue is full."));
        AssertCrosses(new StoreUnavailableException("The store did not answer.", new NpgsqlException("The connection is closed.", new IOException("Reset."))));
        AssertCrosses(new SqliteException("The disk is full.", 13));
    }

    private static void AssertCrosses(Exception thrown)
    {
        var caught = RoundTrip(thrown);
        Assert.Equal((thrown.GetType(), thrown.Message), (caught.GetType(), caught.Message));
        Assert.Equal(thrown.InnerException is null, caught.InnerException is null);
        if (thrown.InnerException is { } cause)
            AssertCrosses(cause);
    }

    private static T RoundTrip<T>(T value)
    {
        var serializer = Services.GetRequiredService<Serializer<T>>();
        return serializer.Deserialize(serializer.SerializeToArray(value))!;
    }
}
