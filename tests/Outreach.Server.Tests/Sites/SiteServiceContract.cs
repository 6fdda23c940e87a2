using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Outreach.Protocol.Sites.V1;
using Outreach.Server.Ledger;
using Outreach.Server.Sites;
using static Outreach.Protocol.Sites.V1.SiteService;

namespace Outreach.Server.Tests.Sites;

/// <summary>What holds of sites on every store, through the real server.</summary>
public abstract class SiteServiceContract(ServerFixture fixture)
{
    private readonly SiteServiceClient sites = new(fixture.Server.Channel);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_site_that_was_created_is_read_at_once_and_created_again_without_effect()
    {
        var sent = Van(NewId());

        var first = await CreateAsync(sent);

        Assert.Equal(first, await CreateAsync(sent));
        Assert.Equal(first, await GetAsync(sent.SiteId));
        Assert.Equal("1", first.Etag);
        (sent.Etag, sent.CreateTime, sent.UpdateTime, sent.OrganizationId) = (first.Etag, first.CreateTime, first.UpdateTime, "main");
        Assert.Equal(sent, first);
    }

    [Fact]
    public async Task Of_concurrent_sites_with_the_same_id_one_is_created()
    {
        var id = NewId();

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(async i =>
        {
            var sent = Van(id);
            sent.Name = $"Van {i}";
            try
            {
                return (await CreateAsync(sent)).Name;
            }
            catch (RpcException refused) when (refused.StatusCode == StatusCode.AlreadyExists)
            {
                return null;
            }
        }));

        Assert.Equal(Assert.Single(answers, name => name is not null), (await GetAsync(id)).Name);
        await RpcAssert.RefusedAsync(StatusCode.AlreadyExists, "SITE_EXISTS", () => CreateAsync(Van(id)));
    }

    [Fact]
    public async Task A_repeated_import_does_not_revert_later_changes()
    {
        var sent = await CreateAsync(Van(NewId()));
        var changed = await ChangeAsync(new Site { SiteId = sent.SiteId, Name = "Blue van", Closed = true }, "name", "closed");

        Assert.Equal(changed, await CreateAsync(sent));
        Assert.Equal("Blue van", (await GetAsync(sent.SiteId)).Name);
    }

    [Fact]
    public async Task Concurrent_identical_creations_record_one_fact()
    {
        var sent = Van(NewId());

        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => CreateAsync(sent)));

        Assert.Single(answers.Distinct());
        Assert.Equal(1, await fixture.Server.GetService<ILedger>().ReadAsync(SiteStreamDefinition.Instance, sent.SiteId, 1, long.MaxValue, Cancel).CountAsync(Cancel));
    }

    [Fact]
    public async Task A_change_affects_only_its_mask_and_checks_the_etag()
    {
        var before = await CreateAsync(Van(NewId()));

        var after = await ChangeAsync(new Site { SiteId = before.SiteId, Etag = "1", Name = "Ignored" }, "coordinates", "service_hours");

        Assert.Null(after.Coordinates);
        Assert.Empty(after.ServiceHours);
        Assert.Equal(("2", before.Name, before.CreateTime), (after.Etag, after.Name, after.CreateTime));
        await RpcAssert.RefusedAsync(StatusCode.Aborted, "ETAG_STALE", () => ChangeAsync(new Site { SiteId = before.SiteId, Etag = "1", Name = "X" }, "name"));
        Assert.Equal(after, await ChangeAsync(new Site { SiteId = before.SiteId, Etag = "1" }, "coordinates"));
    }

    [Fact]
    public async Task An_unknown_site_is_not_found_and_records_nothing()
    {
        var id = NewId();

        await RpcAssert.RefusedAsync(StatusCode.NotFound, "SITE_UNKNOWN", () => GetAsync(id));
        await RpcAssert.RefusedAsync(StatusCode.NotFound, "SITE_UNKNOWN", () => ChangeAsync(new Site { SiteId = id, Name = "X" }, "name"));
        Assert.Equal(0, await fixture.Server.GetService<ILedger>().ReadAsync(SiteStreamDefinition.Instance, id, 1, long.MaxValue, Cancel).CountAsync(Cancel));
    }

    [Fact]
    public async Task Sites_are_listed_in_pages_in_the_order_of_their_ids_by_kind_and_whether_closed()
    {
        var prefix = NewId();
        var ids = new[] { "b", "a-1", "a.1", "a_1", "a1", "0" }.Select(end => $"{prefix}{end}").ToList();
        await Task.WhenAll(ids.Select(id =>
        {
            var site = Van(id);
            (site.Kind, site.Closed) = (SiteKind.Backpack, id.EndsWith('b'));
            return CreateAsync(site);
        }));

        var open = await ListAsync(new ListSitesRequest { Kind = SiteKind.Backpack, PageSize = 2 });
        var all = await ListAsync(new ListSitesRequest { Kind = SiteKind.Backpack, PageSize = 1, IncludeClosed = true });
        var vans = await ListAsync(new ListSitesRequest { Kind = SiteKind.Van });

        Assert.Equal(ids.Order(StringComparer.Ordinal), all.Select(site => site.SiteId).Where(id => id.StartsWith(prefix, StringComparison.Ordinal)));
        Assert.Equal(ids.Where(id => !id.EndsWith('b')).Order(StringComparer.Ordinal), open.Select(site => site.SiteId).Where(id => id.StartsWith(prefix, StringComparison.Ordinal)));
        Assert.DoesNotContain(vans, site => site.SiteId.StartsWith(prefix, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_malformed_request_names_every_field()
    {
        await RpcAssert.InvalidAsync(
            ["site.site_id", "site.name", "site.kind", "site.time_zone"],
            () => CreateAsync(new Site { TimeZone = "Mars/Olympus" }));
    }

    [Fact]
    public async Task The_cache_has_new_sites_at_once_and_changes_soon()
    {
        var cache = fixture.Server.GetService<ISiteCache>();
        var sent = await CreateAsync(Van(NewId()));

        Assert.Equal("America/New_York", (await cache.FindAsync(sent.SiteId, Cancel))!.TimeZone);
        await ChangeAsync(new Site { SiteId = sent.SiteId, TimeZone = "America/Chicago" }, "time_zone");
        await Eventually.AssertAsync(async () => (await cache.FindAsync(sent.SiteId, Cancel))!.TimeZone == "America/Chicago");
        Assert.Null(await cache.FindAsync(NewId(), Cancel));
    }

    [Fact]
    public async Task JSON_requests_create_read_and_update_with_or_without_a_mask()
    {
        var (json, id) = (fixture.Server.JsonClient, NewId());

        var created = await json.PostAsJsonAsync("/v1/sites", new { siteId = id, name = "Van", kind = "SITE_KIND_VAN", timeZone = "America/New_York" }, Cancel);
        var present = await json.PatchAsJsonAsync($"/v1/sites/{id}", new { place = "Kensington", closed = true }, Cancel);
        var masked = await json.PatchAsJsonAsync($"/v1/sites/{id}?update_mask=closed,serviceHours", new { closed = false, place = "ignored" }, Cancel);
        var read = await json.GetFromJsonAsync<JsonNode>($"/v1/sites/{id}", Cancel);

        Assert.All([created, present, masked], answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        Assert.Equal(("Kensington", false, "3"), ((string?)read!["site"]!["place"], (bool?)read["site"]!["closed"], (string?)read["site"]!["etag"]));
    }

    [Fact]
    public async Task JSON_errors_name_every_violation_and_reason()
    {
        var json = fixture.Server.JsonClient;
        var there = await CreateAsync(Van(NewId()));

        var invalid = await json.PatchAsJsonAsync($"/v1/sites/{there.SiteId}?update_mask=time_zone,colour", new { timeZone = "Mars/Olympus" }, Cancel);
        var unknown = await json.GetAsync($"/v1/sites/{NewId()}", Cancel);

        Assert.Equal(HttpStatusCode.BadRequest, invalid.StatusCode);
        var details = JsonNode.Parse(await invalid.Content.ReadAsStringAsync(Cancel))!["details"]![0]!["fieldViolations"]!.AsArray();
        Assert.Equal(["update_mask", "site.time_zone"], details.Select(violation => (string?)violation!["field"]));
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        Assert.Contains("SITE_UNKNOWN", await unknown.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_list_equals_a_replay_of_the_facts()
    {
        var changed = await CreateAsync(Van(NewId()));
        await ChangeAsync(new Site { SiteId = changed.SiteId, Closed = true, Place = "Moved" }, "closed", "place");
        await CreateAsync(Van(NewId()));

        await UpkeepAssert.EqualsReplayAsync(fixture.Server.Channel, () => ListAsync(new ListSitesRequest { IncludeClosed = true }), Cancel);
    }

    private async Task<Site> CreateAsync(Site site) =>
        (await sites.CreateSiteAsync(new CreateSiteRequest { Site = site }, cancellationToken: Cancel)).Site;

    private async Task<Site> GetAsync(string id) =>
        (await sites.GetSiteAsync(new GetSiteRequest { SiteId = id }, cancellationToken: Cancel)).Site;

    private async Task<Site> ChangeAsync(Site wanted, params string[] paths)
    {
        var request = new UpdateSiteRequest { Site = wanted, UpdateMask = new FieldMask { Paths = { paths } } };
        return (await sites.UpdateSiteAsync(request, cancellationToken: Cancel)).Site;
    }

    private async Task<List<Site>> ListAsync(ListSitesRequest request)
    {
        var all = new List<Site>();
        do
        {
            var page = await sites.ListSitesAsync(request, cancellationToken: Cancel);
            all.AddRange(page.Sites);
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        return all;
    }

    private static string NewId() => $"test-{Guid.NewGuid():N}";

    private static Site Van(string id) => new()
    {
        SiteId = id,
        Name = "Van",
        Kind = SiteKind.Van,
        TimeZone = "America/New_York",
        Place = "Kensington",
        Coordinates = new Coordinates { Latitude = 39.9962, Longitude = -75.1132 },
        ServiceHours = { new ServiceHours { Day = Protocol.Sites.V1.DayOfWeek.Monday, Opens = "09:00", Closes = "17:30" } },
    };
}

public sealed class SitesOnSqliteTests(SqliteServerFixture server) : SiteServiceContract(server), IClassFixture<SqliteServerFixture>;

public sealed class SitesOnPostgresTests(PostgresServerFixture server) : SiteServiceContract(server), IClassFixture<PostgresServerFixture>;
