using Google.Protobuf.WellKnownTypes;
using NodaTime;
using Outreach.Domain.Recording.Settings;
using Outreach.Domain.Sites;
using Outreach.Protocol.Sites.V1;
using Outreach.Server.Access;
using Outreach.Server.Rpc;
using Outreach.Server.Sites;
using Wire = Outreach.Protocol.Sites.V1;

namespace Outreach.Server.Tests.Sites;

public class SiteWireTests
{
    [Fact]
    public void A_site_is_read_and_written_without_loss()
    {
        var added = Instant.FromUtc(2026, 3, 1, 9, 0);
        var site = SiteWire.Parse(Create(_ => { }), default);

        var written = SiteWire.ToWire(new Versioned<Domain.Sites.Site>(site, 7, added, added + NodaTime.Duration.FromMinutes(1)));

        var expected = Van();
        expected.Etag = "7";
        expected.OrganizationId = "main";
        expected.CreateTime = Timestamp.FromDateTime(added.ToDateTimeUtc());
        expected.UpdateTime = Timestamp.FromDateTime(added.ToDateTimeUtc().AddMinutes(1));
        Assert.Equal(expected, written);
    }

    [Fact]
    public void Only_an_id_a_name_a_kind_and_a_time_zone_are_required()
    {
        var site = SiteWire.Parse(new CreateSiteRequest { Site = new Wire.Site { SiteId = "mail", Name = "By mail", Kind = Wire.SiteKind.Mail, TimeZone = "UTC" } }, default);

        Assert.Equal(new Domain.Sites.Site(new SiteId("mail"), "By mail", Domain.Sites.SiteKind.Mail, "UTC", "", null, [], false), site);
    }

    [Fact]
    public void Hours_past_midnight_are_taken_as_they_are()
    {
        var site = SiteWire.Parse(Create(sent => (sent.ServiceHours[0].Opens, sent.ServiceHours[0].Closes) = ("20:00", "02:00")), default);

        Assert.Equal(new Domain.Sites.ServiceHours(IsoDayOfWeek.Monday, new LocalTime(20, 0), new LocalTime(2, 0)), site.ServiceHours[0]);
    }

    [Fact]
    public void Every_violation_is_named_at_once()
    {
        var request = new CreateSiteRequest
        {
            Site = new Wire.Site
            {
                SiteId = "Van 1",
                Kind = (Wire.SiteKind)99,
                TimeZone = "Mars/Olympus",
                Place = new string('x', 301),
                Coordinates = new Wire.Coordinates { Latitude = 91, Longitude = double.NaN },
                ServiceHours = { new Wire.ServiceHours { Opens = "9:00", Closes = "24:00" } },
            },
        };

        Assert.Equal(
            [
                "site.site_id", "site.name", "site.kind", "site.time_zone", "site.place", "site.coordinates.latitude",
                "site.coordinates.longitude", "site.service_hours[0].day", "site.service_hours[0].opens", "site.service_hours[0].closes",
            ],
            Violated(() => SiteWire.Parse(request, default)));
    }

    public static TheoryData<string, Action<Wire.Site>> Bounds => new()
    {
        { "site.name", s => s.Name = new string('x', 101) },
        { "site.name", s => s.Name = "\u200b\u0000" },
        { "site.kind", s => s.Kind = Wire.SiteKind.Unspecified },
        { "site.time_zone", s => s.TimeZone = "" },
        { "site.time_zone", s => s.TimeZone = "EST " },
        { "site.time_zone", s => s.TimeZone = "UTC+05" },
        { "site.time_zone", s => s.TimeZone = "america/new_york" },
        { "site.coordinates.latitude", s => s.Coordinates.Latitude = -90.001 },
        { "site.coordinates.longitude", s => s.Coordinates.Longitude = double.PositiveInfinity },
        { "site.service_hours", s => s.ServiceHours.Add(Enumerable.Repeat(s.ServiceHours[0], 50)) },
        { "site.service_hours[0].day", s => s.ServiceHours[0].Day = (Wire.DayOfWeek)8 },
        { "site.service_hours[0].opens", s => s.ServiceHours[0].Opens = "09:60" },
        { "site.service_hours[0].closes", s => s.ServiceHours[0].Closes = "" },
    };

    [Theory, MemberData(nameof(Bounds))]
    public void A_field_beyond_its_bounds_is_named(string field, Action<Wire.Site> change)
    {
        Assert.Equal([field], Violated(() => SiteWire.Parse(Create(change), default)));
    }

    [Fact]
    public void Every_time_zone_of_the_database_is_taken()
    {
        foreach (var zone in DateTimeZoneProviders.Tzdb.Ids)
            Assert.Equal(zone, SiteWire.Parse(Create(sent => sent.TimeZone = zone), default).TimeZone);
    }

    [Fact]
    public void Coordinates_are_removed_by_naming_them_in_the_mask()
    {
        var update = SiteWire.Parse(new UpdateSiteRequest
        {
            Site = new Wire.Site { SiteId = "van-1", Etag = "3" },
            UpdateMask = FieldMask.FromString("coordinates,closed"),
        });

        Assert.Equal((null, false, 3L), (update.Value.Coordinates, update.Value.Closed, update.ExpectedVersion));
        Assert.Equal(["coordinates", "closed"], update.Fields);
    }

    [Fact]
    public void An_update_without_a_mask_changes_the_fields_that_are_set()
    {
        var update = SiteWire.Parse(new UpdateSiteRequest
        {
            Site = new Wire.Site { SiteId = "van-1", Place = "Here", Closed = true, Coordinates = new Wire.Coordinates() },
        });

        Assert.Equal(["place", "coordinates", "closed"], update.Fields);
    }

    [Fact]
    public void Every_field_can_be_changed_alone()
    {
        var before = SiteWire.Parse(Create(_ => { }), default);
        var wanted = new Wire.Site { SiteId = "van-1", Name = "Storeroom", Kind = Wire.SiteKind.Warehouse, TimeZone = "America/Chicago" };

        foreach (var field in new[] { "name", "kind", "time_zone", "place", "coordinates", "service_hours", "closed" })
        {
            var update = SiteWire.Parse(new UpdateSiteRequest { Site = wanted, UpdateMask = FieldMask.FromString(field) });
            var after = SiteFields.All.Merge(before, update);

            var (had, has) = (Write(before), Write(after));
            Assert.Equal([field], Wire.Site.Descriptor.Fields.InDeclarationOrder()
                .Where(one => !Equals(one.Accessor.GetValue(had), one.Accessor.GetValue(has))).Select(one => one.Name));
        }
    }

    [Fact]
    public void An_update_names_unknown_and_server_set_fields_and_too_many_of_them()
    {
        var mask = new FieldMask { Paths = { Enumerable.Repeat("name", 101) } };

        Assert.Equal(["update_mask"], Violated(() => SiteWire.Parse(new UpdateSiteRequest { Site = Van(), UpdateMask = mask })));
        Assert.Equal(
            ["update_mask", "update_mask", "update_mask"],
            Violated(() => SiteWire.Parse(new UpdateSiteRequest { Site = Van(), UpdateMask = FieldMask.FromString("site_id,update_time,coordinates.latitude") })));
    }

    [Fact]
    public void Requests_for_one_site_and_for_lists_are_checked_too()
    {
        Assert.Equal(["site_id"], Violated(() => SiteWire.Parse(new GetSiteRequest { SiteId = "no/id" })));
        Assert.Equal(
            ["page_size", "page_token", "kind"],
            Violated(() => SiteWire.Parse(new ListSitesRequest { PageSize = -5, PageToken = "?", Kind = (Wire.SiteKind)77 }, new SiteScope(default, null))));
    }

    private static Wire.Site Write(Domain.Sites.Site site) => SiteWire.ToWire(new Versioned<Domain.Sites.Site>(site, 1, default, default));

    private static CreateSiteRequest Create(Action<Wire.Site> change)
    {
        var site = Van();
        change(site);
        return new CreateSiteRequest { Site = site };
    }

    private static Wire.Site Van() => new()
    {
        SiteId = "van-1",
        Name = "Van",
        Kind = Wire.SiteKind.Van,
        TimeZone = "America/New_York",
        Place = "Kensington",
        Coordinates = new Wire.Coordinates { Latitude = 39.9962, Longitude = -75.1132 },
        ServiceHours = { new Wire.ServiceHours { Day = Wire.DayOfWeek.Monday, Opens = "09:00", Closes = "17:30" } },
        Closed = true,
    };

    private static IEnumerable<string> Violated(Func<object?> parse) =>
        Assert.Throws<InvalidRequestException>(parse).Violations.Select(violation => violation.Field);
}
