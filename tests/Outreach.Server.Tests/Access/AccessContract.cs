using System.Xml.Linq;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Grpc.Net.Client;
using Outreach.Protocol.Access.V1;
using Outreach.Protocol.Encounters.V1;
using Outreach.Protocol.Reports.V1;
using Outreach.Protocol.Sites.V1;
using Outreach.Protocol.Stock.V1;
using Outreach.Protocol.Upkeep.V1;
using Outreach.Server.Access;
using static Outreach.Protocol.Access.V1.DeviceService;
using static Outreach.Protocol.Access.V1.OrganizationService;
using static Outreach.Protocol.Access.V1.PeopleService;
using static Outreach.Protocol.Access.V1.SessionService;
using static Outreach.Protocol.Encounters.V1.EncounterService;
using AuditService = Outreach.Protocol.Access.V1.AuditService;
using Duration = NodaTime.Duration;
using Instant = NodaTime.Instant;
using ApiSteps = Outreach.Server.Tests.EndToEnd.ApiSteps;

namespace Outreach.Server.Tests.Access;

/// <summary>What coming in, staying in and leaving must be like on either store.</summary>
public abstract class AccessContract(AccessFixture world)
{
    private readonly SessionServiceClient sessions = new(GrpcChannel.ForAddress(world.Server.GrpcAddress));
    private readonly PeopleServiceClient people = new(world.Server.Channel);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_code_enrolls_one_device_once()
    {
        var person = (await world.SignInNewPersonAsync("", AccessFixture.GrantOf(Role.OutreachWorker))).Person.PersonId;
        var code = await CreateCodeAsync(person);
        var request = EnrollRequestOf(code.Code.ToLowerInvariant().Replace("-", "", StringComparison.Ordinal));

        var enrolled = await sessions.EnrollDeviceAsync(request, cancellationToken: Cancel);

        Assert.Equal(person, enrolled.Person.PersonId);
        await RpcAssert.RefusedAsync(StatusCode.Unauthenticated, "CODE_WRONG", async () => await sessions.EnrollDeviceAsync(EnrollRequestOf(code.Code), cancellationToken: Cancel));
        var again = await sessions.EnrollDeviceAsync(request, cancellationToken: Cancel);
        Assert.Equal(enrolled.Tokens.DeviceId, again.Tokens.DeviceId);
        Assert.NotEqual(enrolled.Tokens.RefreshToken, again.Tokens.RefreshToken);
    }

    [Fact]
    public async Task Data_protection_keys_are_stored_until_a_day_after_they_expire()
    {
        var (secrets, ends) = (world.Server.GetService<SecretStore>(), Instant.FromUtc(2001, 1, 1, 0, 0));
        new DataProtectionKeyRepository(secrets).StoreElement(new XElement("key", new XElement("expirationDate", ends.ToDateTimeOffset())), "key-1");
        new DataProtectionKeyRepository(secrets).StoreElement(new XElement("revocation"), "revocation-1");

        Assert.Equal(["key", "revocation"], new DataProtectionKeyRepository(secrets).GetAllElements().Select(element => element.Name.LocalName));
        await secrets.DeleteExpiredAsync(ends + Duration.FromHours(25), Cancel);
        Assert.Equal("revocation", Assert.Single(new DataProtectionKeyRepository(secrets).GetAllElements()).Name.LocalName);
    }

    [Fact]
    public async Task A_new_code_voids_the_one_before()
    {
        var person = (await world.SignInNewPersonAsync("", AccessFixture.GrantOf(Role.OutreachWorker))).Person.PersonId;
        var first = await CreateCodeAsync(person);
        var second = await CreateCodeAsync(person);

        await RpcAssert.RefusedAsync(StatusCode.Unauthenticated, "CODE_WRONG", async () => await sessions.EnrollDeviceAsync(EnrollRequestOf(first.Code), cancellationToken: Cancel));
        await sessions.EnrollDeviceAsync(EnrollRequestOf(second.Code), cancellationToken: Cancel);
    }

    [Fact]
    public async Task A_reused_refresh_token_ends_the_session()
    {
        var first = (await world.SignInNewPersonAsync("", AccessFixture.GrantOf(Role.OutreachWorker))).Tokens;
        var second = (await sessions.RefreshSessionAsync(new RefreshSessionRequest { RefreshToken = first.RefreshToken }, cancellationToken: Cancel)).Tokens;
        Assert.Equal(first.DeviceId, (await GetCallerAsync(second.AccessToken)).Device.DeviceId);

        await RpcAssert.RefusedAsync(StatusCode.Unauthenticated, "SESSION_ENDED", () => RefreshAsync(first.RefreshToken));

        await RpcAssert.RefusedAsync(StatusCode.Unauthenticated, "SESSION_ENDED", () => RefreshAsync(second.RefreshToken));
        await Eventually.AssertAsync(async () => await IsShutOutAsync(second.AccessToken));
        var entries = await ListAuditEntriesAsync(new AuditFilter { DeviceId = first.DeviceId, Kind = AuditKind.FailedSignIn });
        Assert.Equal("TOKEN_REUSED", Assert.Single(entries).Reason);
    }

    [Fact]
    public async Task The_same_refresh_request_recovers_from_a_lost_answer()
    {
        var tokens = (await world.SignInNewPersonAsync("", AccessFixture.GrantOf(Role.OutreachWorker))).Tokens;
        var request = new RefreshSessionRequest { RefreshToken = tokens.RefreshToken, RequestId = Guid.NewGuid().ToString() };
        await sessions.RefreshSessionAsync(request, cancellationToken: Cancel);

        var again = (await sessions.RefreshSessionAsync(request, cancellationToken: Cancel)).Tokens;

        await RefreshAsync(again.RefreshToken);
    }

    [Fact]
    public async Task A_forged_refresh_token_does_not_shut_the_device_out()
    {
        var tokens = (await world.SignInNewPersonAsync("", AccessFixture.GrantOf(Role.OutreachWorker))).Tokens;
        var made = tokens.RefreshToken[..^4] + "AAAA";

        await RpcAssert.RefusedAsync(StatusCode.Unauthenticated, "TOKEN_WRONG", () => RefreshAsync(made));

        await RefreshAsync(tokens.RefreshToken);
    }

    [Fact]
    public async Task Shutting_out_a_lost_phone_ends_its_streams_at_once()
    {
        var session = await world.SignInNewPersonAsync("", AccessFixture.GrantOf(Role.OutreachWorker));
        using var channel = session.OpenChannel(world.Server.GrpcAddress);
        using var stock = new StockService.StockServiceClient(channel).WatchStock(new WatchStockRequest { SiteId = AccessFixture.OwnSite });
        using var overview = new OverviewService.OverviewServiceClient(channel).WatchOverview(new WatchOverviewRequest());
        using var sync = new EncounterServiceClient(channel).SyncEncounters();
        Assert.True(await stock.ResponseStream.MoveNext(Cancel));
        Assert.True(await overview.ResponseStream.MoveNext(Cancel));
        await sync.RequestStream.WriteAsync(new SyncEncountersRequest { Encounters = { ApiSteps.Encounter(AccessFixture.OwnSite) } }, Cancel);
        Assert.True(await sync.ResponseStream.MoveNext(Cancel));

        await new DeviceServiceClient(world.Server.Channel).ShutOutDeviceAsync(
            new ShutOutDeviceRequest { DeviceId = session.Tokens.DeviceId, Reason = "Lost on the bus." }, cancellationToken: Cancel);

        await RpcAssert.RefusedAsync(StatusCode.Unauthenticated, "SESSION_ENDED", () => ReadToEndAsync(stock.ResponseStream));
        await RpcAssert.RefusedAsync(StatusCode.Unauthenticated, "SESSION_ENDED", () => ReadToEndAsync(overview.ResponseStream));
        await RpcAssert.RefusedAsync(StatusCode.Unauthenticated, "SESSION_ENDED", () => ReadToEndAsync(sync.ResponseStream));
        await Eventually.AssertAsync(async () => await IsShutOutAsync(session.Tokens.AccessToken));
        await RpcAssert.RefusedAsync(StatusCode.Unauthenticated, "SESSION_ENDED", () => RefreshAsync(session.Tokens.RefreshToken));
    }

    [Fact]
    public async Task A_coordinator_finds_every_record_a_phone_sent()
    {
        var (phone, coordinator) = (await world.SignInNewPersonAsync("", AccessFixture.GrantOf(Role.OutreachWorker)), await world.SignInNewPersonAsync("", AccessFixture.GrantOf(Role.SiteCoordinator)));
        var tablet = await world.EnrollAsync(phone.Person.PersonId);
        using var phoneLine = phone.OpenChannel(world.Server.GrpcAddress);
        using var tabletLine = tablet.OpenChannel(world.Server.GrpcAddress);
        using var coordinatorLine = coordinator.OpenChannel(world.Server.GrpcAddress);
        var (onPhone, onTablet, coordinated) = (new EncounterServiceClient(phoneLine), new EncounterServiceClient(tabletLine), new EncounterServiceClient(coordinatorLine));
        var (logged, synced, held, other) = (ApiSteps.Encounter(AccessFixture.OwnSite), ApiSteps.Encounter(AccessFixture.OwnSite), ApiSteps.Encounter("nobodys"), ApiSteps.Encounter(AccessFixture.OwnSite));

        await onPhone.LogEncounterAsync(new LogEncounterRequest { Encounter = logged }, cancellationToken: Cancel);
        using var sync = onPhone.SyncEncounters(cancellationToken: Cancel);
        await sync.RequestStream.WriteAsync(new SyncEncountersRequest { Encounters = { synced, held } }, Cancel);
        Assert.True(await sync.ResponseStream.MoveNext(Cancel));
        await onTablet.LogEncounterAsync(new LogEncounterRequest { Encounter = other }, cancellationToken: Cancel);
        // Whoever sends the same again does not become the one who sent it.
        await onTablet.LogEncounterAsync(new LogEncounterRequest { Encounter = logged }, cancellationToken: Cancel);
        await onTablet.LogEncounterAsync(new LogEncounterRequest { Encounter = held }, cancellationToken: Cancel);

        var waiting = Assert.Single((await coordinated.ListHeldEncountersAsync(new ListHeldEncountersRequest { SiteId = "nobodys" }, cancellationToken: Cancel)).HeldEncounters);
        Assert.Equal((phone.Person.PersonId, phone.Tokens.DeviceId), (waiting.LoggedByPersonId, waiting.LoggedByDeviceId));
        var elsewhere = held.Clone();
        elsewhere.SiteId = AccessFixture.OtherOwnSite;
        await coordinated.ReleaseHeldEncounterAsync(
            new ReleaseHeldEncounterRequest { RequestId = NewId(), SiteId = "nobodys", EncounterId = held.EncounterId, Encounter = elsewhere, Reason = "Van 2" }, cancellationToken: Cancel);
        await coordinated.VoidEncounterAsync(
            new VoidEncounterRequest { RequestId = NewId(), SiteId = AccessFixture.OwnSite, EncounterId = synced.EncounterId, Reason = "The phone was stolen." }, cancellationToken: Cancel);
        var corrected = (await coordinated.CorrectEncounterAsync(
            new CorrectEncounterRequest { RequestId = NewId(), SiteId = AccessFixture.OwnSite, EncounterId = logged.EncounterId, Encounter = logged, Reason = "Looked at." }, cancellationToken: Cancel)).Encounter;
        Assert.Equal((phone.Person.PersonId, phone.Tokens.DeviceId), (corrected.LoggedByPersonId, corrected.LoggedByDeviceId));

        Assert.Equal(Ids(logged, synced, held), await SentAsync(new ListEncountersRequest { LoggedByDeviceId = phone.Tokens.DeviceId }));
        Assert.Equal(Ids(other), await SentAsync(new ListEncountersRequest { LoggedByDeviceId = tablet.Tokens.DeviceId, SiteId = AccessFixture.OwnSite }));
        Assert.Equal(Ids(logged, synced, held, other), await SentAsync(new ListEncountersRequest { LoggedByPersonId = phone.Person.PersonId, PageSize = 1 }));

        async Task<IEnumerable<string>> SentAsync(ListEncountersRequest request)
        {
            request.IncludeVoided = true;
            var found = await ListAllAsync(coordinated, request);
            Assert.All(found, encounter => Assert.Equal(phone.Person.PersonId, encounter.LoggedByPersonId));
            return Ids([.. found.Select(encounter => encounter.Encounter)]);
        }

        static string NewId() => Guid.NewGuid().ToString();

        static IEnumerable<string> Ids(params Encounter[] encounters) => encounters.Select(encounter => encounter.EncounterId).Order();
    }

    [Fact]
    public async Task Only_the_sender_and_the_sites_coordinators_see_who_sent_a_record()
    {
        await world.OpenSiteAsync("watched", "");
        var sender = await world.SignInNewPersonAsync("", AccessFixture.GrantOf(Role.OutreachWorker));
        using var line = sender.OpenChannel(world.Server.GrpcAddress);
        await new EncounterServiceClient(line).LogEncounterAsync(new LogEncounterRequest { Encounter = ApiSteps.Encounter("watched") }, cancellationToken: Cancel);

        Assert.True(await KnowsAsync(sender));
        Assert.True(await KnowsAsync(await world.SignInNewPersonAsync("", AccessFixture.GrantOf(Role.SiteCoordinator, "watched"))));
        Assert.False(await KnowsAsync(await world.SignInNewPersonAsync("", AccessFixture.GrantOf(Role.OutreachWorker), AccessFixture.GrantOf(Role.SiteCoordinator, AccessFixture.OwnSite))));
        Assert.False(await KnowsAsync(await world.SignInNewPersonAsync("", AccessFixture.GrantOf(Role.Navigator))));
        Assert.False(await KnowsAsync(await world.SignInNewPersonAsync("", AccessFixture.GrantOf(Role.Director))));

        async Task<bool> KnowsAsync(SignedInUser who)
        {
            using var channel = who.OpenChannel(world.Server.GrpcAddress);
            var encounters = new EncounterServiceClient(channel);
            var seen = Assert.Single(await ListAllAsync(encounters, new ListEncountersRequest { SiteId = "watched" }));
            var got = (await encounters.GetEncounterAsync(
                new GetEncounterRequest { SiteId = "watched", EncounterId = seen.Encounter.EncounterId }, cancellationToken: Cancel)).Encounter;
            var found = await ListAllAsync(encounters, new ListEncountersRequest { SiteId = "watched", LoggedByPersonId = sender.Person.PersonId });
            Assert.Equal((seen.LoggedByPersonId, seen.LoggedByDeviceId), (got.LoggedByPersonId, got.LoggedByDeviceId));
            Assert.Equal(seen.LoggedByPersonId.Length == 0, found.Count == 0);
            Assert.Equal(seen.LoggedByPersonId.Length == 0, seen.LoggedByDeviceId.Length == 0);
            return found.Count > 0;
        }
    }

    [Fact]
    public async Task Ending_a_person_shuts_out_every_device_and_voids_every_code()
    {
        var session = await world.SignInNewPersonAsync("", AccessFixture.GrantOf(Role.OutreachWorker));
        var person = session.Person.PersonId;
        var tablet = await world.EnrollAsync(person);
        var code = await CreateCodeAsync(person);

        await people.EndPersonAsync(new EndPersonRequest { PersonId = person, Reason = "Moved away." }, cancellationToken: Cancel);

        await Eventually.AssertAsync(async () => await IsShutOutAsync(session.Tokens.AccessToken) && await IsShutOutAsync(tablet.Tokens.AccessToken));
        await Eventually.AssertAsync(async () => await IsRefusedAsync(() => RefreshAsync(tablet.Tokens.RefreshToken)));
        await RpcAssert.RefusedAsync(StatusCode.Unauthenticated, "CODE_WRONG", async () => await sessions.EnrollDeviceAsync(EnrollRequestOf(code.Code), cancellationToken: Cancel));
        Assert.Empty(await DevicesAsync(all: false));
        Assert.Equal([DeviceState.Ended, DeviceState.Ended], (await DevicesAsync(all: true)).Select(device => device.State));

        async Task<IEnumerable<Device>> DevicesAsync(bool all) => (await new DeviceServiceClient(world.Server.Channel).ListDevicesAsync(
            new ListDevicesRequest { PersonId = person, IncludeInactive = all }, cancellationToken: Cancel)).Devices;
    }

    [Fact]
    public async Task Removing_a_role_ends_streams_and_refuses_calls()
    {
        var session = await world.SignInNewPersonAsync("", AccessFixture.GrantOf(Role.OutreachWorker));
        using var channel = session.OpenChannel(world.Server.GrpcAddress);
        using var stock = new StockService.StockServiceClient(channel).WatchStock(new WatchStockRequest { SiteId = AccessFixture.OwnSite });
        Assert.True(await stock.ResponseStream.MoveNext(Cancel));
        var changed = session.Person.Clone();
        changed.Grants[0].Role = Role.IntakeStaff;

        await people.UpdatePersonAsync(
            new UpdatePersonRequest { Person = changed, UpdateMask = FieldMask.FromString("grants") }, cancellationToken: Cancel);

        await RpcAssert.RefusedAsync(StatusCode.PermissionDenied, "ROLE_MISSING", () => ReadToEndAsync(stock.ResponseStream));
        await RpcAssert.RefusedAsync(
            StatusCode.PermissionDenied,
            "ROLE_MISSING",
            async () => await new StockService.StockServiceClient(channel).GetStockAsync(new GetStockRequest { SiteId = AccessFixture.OwnSite }, cancellationToken: Cancel));
    }

    [Fact]
    public async Task Another_organizations_data_appears_not_to_exist()
    {
        var (stranger, own) = (await world.SignInNewPersonAsync(AccessFixture.OtherOrganization, AllRoles()), await world.SignInNewPersonAsync("", AllRoles()));
        using var theirs = stranger.OpenChannel(world.Server.GrpcAddress);
        using var ours = own.OpenChannel(world.Server.GrpcAddress);
        var encounter = ApiSteps.Encounter(AccessFixture.OwnSite);
        await new EncounterServiceClient(ours).LogEncounterAsync(new LogEncounterRequest { Encounter = encounter }, cancellationToken: Cancel);

        foreach (var site in new[] { AccessFixture.OwnSite, "nowhere" })
        {
            var said = await Assert.ThrowsAsync<RpcException>(
                async () => await new SiteService.SiteServiceClient(theirs).GetSiteAsync(new GetSiteRequest { SiteId = site }, cancellationToken: Cancel));
            Assert.Equal((StatusCode.NotFound, $"There is no site '{site}'."), (said.StatusCode, said.Status.Detail));
            await RpcAssert.RefusedAsync(
                StatusCode.NotFound,
                "SITE_UNKNOWN",
                async () => await new EncounterServiceClient(theirs).LogEncounterAsync(
                    new LogEncounterRequest { Encounter = ApiSteps.Encounter(site) }, cancellationToken: Cancel));
        }

        var sites = await new SiteService.SiteServiceClient(theirs).ListSitesAsync(new ListSitesRequest(), cancellationToken: Cancel);
        Assert.All(sites.Sites, site => Assert.Equal(AccessFixture.OtherOrganization, site.OrganizationId));
        var encounters = await new EncounterServiceClient(theirs).ListEncountersAsync(new ListEncountersRequest(), cancellationToken: Cancel);
        Assert.All(encounters.Encounters, one => Assert.Equal(AccessFixture.ForeignSite, one.Encounter.SiteId));
        var overview = await new OverviewService.OverviewServiceClient(theirs).GetOverviewAsync(
            new GetOverviewRequest { Query = new OverviewQuery { BySite = true } }, cancellationToken: Cancel);
        Assert.All(overview.Overview.Rows, row => Assert.Equal(AccessFixture.ForeignSite, row.SiteId));
        var here = await new OverviewService.OverviewServiceClient(ours).GetOverviewAsync(new GetOverviewRequest(), cancellationToken: Cancel);
        Assert.InRange(here.Overview.Total.Encounters, 1, long.MaxValue);
    }

    [Fact]
    public async Task A_batch_records_all_but_the_records_for_sites_the_caller_may_not_log_at()
    {
        using var channel = (await world.SignInNewPersonAsync("", AccessFixture.GrantOf(Role.OutreachWorker, AccessFixture.OwnSite))).OpenChannel(world.Server.GrpcAddress);
        using var sync = new EncounterServiceClient(channel).SyncEncounters();
        await sync.RequestStream.WriteAsync(
            new SyncEncountersRequest { Encounters = { ApiSteps.Encounter(AccessFixture.ForeignSite), ApiSteps.Encounter(AccessFixture.OwnSite), ApiSteps.Encounter(AccessFixture.OtherOwnSite) } }, Cancel);
        await sync.RequestStream.CompleteAsync();
        Assert.True(await sync.ResponseStream.MoveNext(Cancel));

        Assert.Equal(
            [RecordOutcome.SiteNotFound, RecordOutcome.Recorded, RecordOutcome.SiteNotFound], sync.ResponseStream.Current.Results.Select(answer => answer.Outcome));
    }

    [Fact]
    public async Task A_role_at_some_sites_sees_those_and_no_other()
    {
        using var channel = (await world.SignInNewPersonAsync("", AccessFixture.GrantOf(Role.SiteCoordinator, AccessFixture.OwnSite))).OpenChannel(world.Server.GrpcAddress);
        var sites = await new SiteService.SiteServiceClient(channel).ListSitesAsync(new ListSitesRequest(), cancellationToken: Cancel);

        Assert.Equal([AccessFixture.OwnSite], sites.Sites.Select(site => site.SiteId));
        var stock = new StockService.StockServiceClient(channel);
        var encounters = new EncounterServiceClient(channel);
        await stock.GetStockAsync(new GetStockRequest { SiteId = AccessFixture.OwnSite }, cancellationToken: Cancel);
        await RpcAssert.RefusedAsync(
            StatusCode.NotFound, "SITE_UNKNOWN", async () => await stock.GetStockAsync(new GetStockRequest { SiteId = AccessFixture.OtherOwnSite }, cancellationToken: Cancel));
        Assert.All(
            (await encounters.ListEncountersAsync(new ListEncountersRequest(), cancellationToken: Cancel)).Encounters,
            encounter => Assert.Equal(AccessFixture.OwnSite, encounter.Encounter.SiteId));
        var overview = await new OverviewService.OverviewServiceClient(channel).GetOverviewAsync(
            new GetOverviewRequest { Query = new OverviewQuery { BySite = true } }, cancellationToken: Cancel);
        Assert.All(overview.Overview.Rows, row => Assert.Equal(AccessFixture.OwnSite, row.SiteId));
    }

    [Fact]
    public async Task A_health_department_sees_only_totals_of_its_organizations()
    {
        var health = $"health-{Guid.NewGuid():N}"[..20];
        var organizations = new OrganizationServiceClient(world.Server.Channel);
        var department = new Organization { OrganizationId = health, Name = "Health", Kind = OrganizationKind.HealthDepartment, FiguresFrom = { AccessFixture.OtherOrganization } };
        await organizations.CreateOrganizationAsync(new CreateOrganizationRequest { Organization = department }, cancellationToken: Cancel);
        using var theirs = (await world.SignInNewPersonAsync(AccessFixture.OtherOrganization, AllRoles())).OpenChannel(world.Server.GrpcAddress);
        await new EncounterServiceClient(theirs).LogEncounterAsync(
            new LogEncounterRequest { Encounter = ApiSteps.Encounter(AccessFixture.ForeignSite) }, cancellationToken: Cancel);
        using var channel = (await world.SignInNewPersonAsync(health, AccessFixture.GrantOf(Role.Director))).OpenChannel(world.Server.GrpcAddress);
        var overviews = new OverviewService.OverviewServiceClient(channel);
        OverviewQuery Of(string organization) => new() { OrganizationIds = { organization } };

        var seen = (await overviews.GetOverviewAsync(new GetOverviewRequest { Query = Of(AccessFixture.OtherOrganization) }, cancellationToken: Cancel)).Overview;

        Assert.InRange(seen.Total.Encounters, 1, long.MaxValue);
        Assert.Empty(seen.Shelves);
        Assert.All(seen.Rows, row => Assert.Equal("", row.SiteId));
        var split = Of(AccessFixture.OtherOrganization);
        split.BySite = true;
        await RpcAssert.RefusedAsync(
            StatusCode.PermissionDenied, "FIGURES_ONLY", async () => await overviews.GetOverviewAsync(new GetOverviewRequest { Query = split }, cancellationToken: Cancel));
        await RpcAssert.RefusedAsync(
            StatusCode.NotFound, "ORGANIZATION_UNKNOWN", async () => await overviews.GetOverviewAsync(new GetOverviewRequest { Query = Of("main") }, cancellationToken: Cancel));
        await RpcAssert.RefusedAsync(
            StatusCode.NotFound,
            "SITE_UNKNOWN",
            async () => await new StockService.StockServiceClient(channel).GetStockAsync(new GetStockRequest { SiteId = AccessFixture.ForeignSite }, cancellationToken: Cancel));
    }

    [Fact]
    public async Task Every_read_and_every_act_is_audited_before_it_is_answered()
    {
        var session = await world.SignInNewPersonAsync("", AccessFixture.GrantOf(Role.SiteCoordinator));
        using var channel = session.OpenChannel(world.Server.GrpcAddress);
        var id = ApiSteps.Encounter(AccessFixture.OwnSite);
        var encounters = new EncounterServiceClient(channel);
        await encounters.LogEncounterAsync(new LogEncounterRequest { Encounter = id }, cancellationToken: Cancel);
        await encounters.GetEncounterAsync(new GetEncounterRequest { SiteId = AccessFixture.OwnSite, EncounterId = id.EncounterId }, cancellationToken: Cancel);
        await new DeviceServiceClient(channel).ShutOutDeviceAsync(
            new ShutOutDeviceRequest { DeviceId = session.Tokens.DeviceId, Reason = "Sold." }, cancellationToken: Cancel);

        var entries = await ListAuditEntriesAsync(new AuditFilter { PersonId = session.Person.PersonId });

        Assert.Equal(
            [
                (AuditKind.Action, "outreach.access.v1.DeviceService/ShutOutDevice", $"device_id={session.Tokens.DeviceId}", "Sold."),
                (AuditKind.Read, "outreach.encounters.v1.EncounterService/GetEncounter", $"site_id=here encounter_id={id.EncounterId}", ""),
            ],
            entries.Select(entry => (entry.Kind, entry.Method, string.Join(' ', entry.Subjects), entry.Reason)));
        Assert.All(entries, entry => Assert.Equal(session.Tokens.DeviceId, entry.DeviceId));
        var exported = new List<AuditEntry>();
        using var export = new AuditService.AuditServiceClient(world.Server.Channel).ExportAuditEntries(
            new ExportAuditEntriesRequest { Filter = new AuditFilter { Subject = $"encounter_id={id.EncounterId}" } }, cancellationToken: Cancel);
        await foreach (var response in export.ResponseStream.ReadAllAsync(Cancel))
            exported.AddRange(response.Entries);
        Assert.Equal(entries[1], Assert.Single(exported));
        Assert.Empty(await ApiSteps.VerifyAsync(world.Server.Channel));
    }

    [Fact]
    public async Task Amendments_and_refused_calls_are_audited()
    {
        using var coordinator = (await world.SignInNewPersonAsync("", AccessFixture.GrantOf(Role.SiteCoordinator))).OpenChannel(world.Server.GrpcAddress);
        var worker = await world.SignInNewPersonAsync("", AccessFixture.GrantOf(Role.OutreachWorker));
        using var channel = worker.OpenChannel(world.Server.GrpcAddress);
        var encounter = ApiSteps.Encounter(AccessFixture.OwnSite);
        await new EncounterServiceClient(channel).LogEncounterAsync(new LogEncounterRequest { Encounter = encounter }, cancellationToken: Cancel);
        var request = new VoidEncounterRequest
        {
            RequestId = Guid.NewGuid().ToString(), SiteId = AccessFixture.OwnSite, EncounterId = encounter.EncounterId, Reason = "Typed twice.",
        };

        await RpcAssert.RefusedAsync(
            StatusCode.PermissionDenied,
            "ROLE_MISSING",
            async () => await new EncounterServiceClient(channel).VoidEncounterAsync(request, cancellationToken: Cancel));
        await new EncounterServiceClient(coordinator).VoidEncounterAsync(request, cancellationToken: Cancel);

        var entries = await ListAuditEntriesAsync(new AuditFilter { Subject = $"encounter_id={encounter.EncounterId}" });
        Assert.Equal([false, true], entries.Select(entry => entry.Subjects.Contains("refused=ROLE_MISSING")));
        Assert.All(entries, entry => Assert.Equal((AuditKind.Action, "Typed twice."), (entry.Kind, entry.Reason)));
        Assert.Equal(worker.Person.PersonId, entries[1].PersonId);
    }

    [Fact]
    public async Task Acts_of_installation_administrators_are_audited_in_the_affected_organization_with_the_granted_roles()
    {
        var person = (await world.SignInNewPersonAsync(AccessFixture.OtherOrganization, AccessFixture.GrantOf(Role.SiteCoordinator, AccessFixture.ForeignSite))).Person.PersonId;

        foreach (var whose in new[] { "", AccessFixture.OtherOrganization })
        {
            var entries = await ListAuditEntriesAsync(new AuditFilter { OrganizationId = whose, Subject = $"person.person_id={person}" });
            var created = Assert.Single(entries);
            Assert.Equal(("admin", "outreach.access.v1.PeopleService/CreatePerson"), (created.PersonId, created.Method));
            Assert.Contains("person.grants.role=SiteCoordinator", created.Subjects);
            Assert.Contains("person.grants.site_ids=there", created.Subjects);
            Assert.NotEmpty(await ListAuditEntriesAsync(new AuditFilter { OrganizationId = whose, Subject = $"person_id={person}" }));
        }
    }

    [Fact]
    public async Task A_coordinator_can_shut_out_a_workers_phone_but_not_an_administrators()
    {
        using var channel = (await world.SignInNewPersonAsync("", AccessFixture.GrantOf(Role.SiteCoordinator, AccessFixture.OwnSite))).OpenChannel(world.Server.GrpcAddress);
        var devices = new DeviceServiceClient(channel);
        var (worker, administrator) = (await world.SignInNewPersonAsync("", AccessFixture.GrantOf(Role.OutreachWorker)), await world.SignInNewPersonAsync("", AccessFixture.GrantOf(Role.Administrator)));

        await devices.ShutOutDeviceAsync(new ShutOutDeviceRequest { DeviceId = worker.Tokens.DeviceId, Reason = "Lost." }, cancellationToken: Cancel);

        await Eventually.AssertAsync(() => IsShutOutAsync(worker.Tokens.AccessToken));
        await RpcAssert.RefusedAsync(StatusCode.NotFound, "DEVICE_UNKNOWN", async () => await devices.ShutOutDeviceAsync(
            new ShutOutDeviceRequest { DeviceId = administrator.Tokens.DeviceId, Reason = "Lost." }, cancellationToken: Cancel));
    }

    [Fact]
    public async Task Device_progress_is_shown_only_to_its_own_organization()
    {
        using var ours = (await world.SignInNewPersonAsync("", AllRoles())).OpenChannel(world.Server.GrpcAddress);
        using var theirs = (await world.SignInNewPersonAsync(AccessFixture.OtherOrganization, AllRoles())).OpenChannel(world.Server.GrpcAddress);
        var device = $"phone-{Guid.NewGuid():N}";
        await LogAsync(ours, AccessFixture.OwnSite, 1);
        await LogAsync(ours, AccessFixture.OtherOwnSite, 2);
        await LogAsync(ours, "nobody-has-this", 4);
        await LogAsync(theirs, AccessFixture.ForeignSite, 70);

        Assert.Equal((3, 4), await ArrivedAsync(ours));
        Assert.Equal((1, 70), await ArrivedAsync(theirs));

        async Task LogAsync(GrpcChannel channel, string site, long sequence)
        {
            var encounter = ApiSteps.Encounter(site);
            (encounter.DeviceId, encounter.DeviceSequence) = (device, sequence);
            await new EncounterServiceClient(channel).LogEncounterAsync(new LogEncounterRequest { Encounter = encounter }, cancellationToken: Cancel);
        }

        async Task<(long Received, long Highest)> ArrivedAsync(GrpcChannel channel)
        {
            var answer = await new EncounterServiceClient(channel).GetDeviceProgressAsync(new GetDeviceProgressRequest { DeviceId = device }, cancellationToken: Cancel);
            return (answer.Progress.Received, answer.Progress.Highest);
        }
    }

    [Fact]
    public async Task Figures_from_an_unknown_organization_are_refused() => await RpcAssert.RefusedAsync(
        StatusCode.NotFound,
        "ORGANIZATION_UNKNOWN",
        async () => await new OrganizationServiceClient(world.Server.Channel).CreateOrganizationAsync(
            new CreateOrganizationRequest
            {
                Organization = new Organization { OrganizationId = "city", Name = "City", Kind = OrganizationKind.HealthDepartment, FiguresFrom = { "later" } },
            },
            cancellationToken: Cancel));

    [Fact]
    public async Task The_QR_code_opens_the_dashboard_with_the_code()
    {
        var made = await CreateCodeAsync("admin");

        Assert.Equal($"{world.Server.WebAddress}/#code={made.Code}", made.QrText);
    }

    [Fact]
    public async Task Queries_about_participants_are_not_in_the_URL_and_answers_are_not_cached()
    {
        using var body = new StringContent("""{"participantKey": "0123456789abcdef0123456789abcdef"}""", System.Text.Encoding.UTF8, "application/json");
        using var answer = await world.Server.JsonClient.PostAsync(new Uri("/v1/encounters:list", UriKind.Relative), body, Cancel);

        Assert.True(answer.Headers.CacheControl!.NoStore);
        Assert.NotEqual(System.Net.HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task The_last_administrator_of_an_organization_cannot_be_removed()
    {
        var only = await world.SignInNewPersonAsync("other", AccessFixture.GrantOf(Role.Administrator));
        using var channel = only.OpenChannel(world.Server.GrpcAddress);
        var theirs = new PeopleServiceClient(channel);
        var second = await world.SignInNewPersonAsync("other", AccessFixture.GrantOf(Role.Administrator));
        await theirs.EndPersonAsync(new EndPersonRequest { PersonId = second.Person.PersonId, Reason = "Left." }, cancellationToken: Cancel);
        foreach (var left in (await theirs.ListPeopleAsync(new ListPeopleRequest(), cancellationToken: Cancel)).People)
        {
            if (left.PersonId != only.Person.PersonId && left.Grants.Any(grant => grant.Role == Role.Administrator))
                await theirs.EndPersonAsync(new EndPersonRequest { PersonId = left.PersonId, Reason = "Left." }, cancellationToken: Cancel);
        }

        await RpcAssert.RefusedAsync(
            StatusCode.FailedPrecondition,
            "LAST_ADMINISTRATOR",
            async () => await theirs.EndPersonAsync(new EndPersonRequest { PersonId = only.Person.PersonId, Reason = "Left." }, cancellationToken: Cancel));
    }

    [Fact]
    public async Task Views_of_people_and_devices_equal_a_replay_of_what_was_recorded()
    {
        await world.EnrollAsync((await world.SignInNewPersonAsync("", AccessFixture.GrantOf(Role.Director))).Person.PersonId);

        await UpkeepAssert.EqualsReplayAsync(
            world.Server.Channel,
            async () => (await people.ListPeopleAsync(new ListPeopleRequest { IncludeEnded = true, PageSize = 1000 }, cancellationToken: Cancel)).People.ToList(),
            Cancel);
    }

    [Fact]
    public async Task The_ledger_export_contains_no_secret()
    {
        var session = await world.SignInNewPersonAsync("", AccessFixture.GrantOf(Role.Director));
        var code = await CreateCodeAsync(session.Person.PersonId);
        using var export = new UpkeepService.UpkeepServiceClient(world.Server.Channel).Export(new ExportRequest(), cancellationToken: Cancel);
        var facts = new List<string>();
        await foreach (var response in export.ResponseStream.ReadAllAsync(Cancel))
            facts.AddRange(response.Facts.Select(fact => fact.Json));

        foreach (var secret in new[] { code.Code, code.Code.Replace("-", "", StringComparison.Ordinal), session.Tokens.RefreshToken, session.Tokens.AccessToken })
            Assert.DoesNotContain(facts, fact => fact.Contains(secret, StringComparison.Ordinal));
    }

    private static Grant[] AllRoles() =>
        [.. System.Enum.GetValues<Role>().Where(role => role != Role.Unspecified).Select(role => AccessFixture.GrantOf(role))];

    private static EnrollDeviceRequest EnrollRequestOf(string code) => new() { RequestId = Guid.NewGuid().ToString(), Code = code, DeviceLabel = "A phone" };

    private static async Task ReadToEndAsync<T>(IAsyncStreamReader<T> stream)
    {
        await foreach (var _ in stream.ReadAllAsync(Cancel))
        {
        }
    }

    private static async Task<List<RecordedEncounter>> ListAllAsync(EncounterServiceClient encounters, ListEncountersRequest request)
    {
        var found = new List<RecordedEncounter>();
        do
        {
            var page = await encounters.ListEncountersAsync(request, cancellationToken: Cancel);
            found.AddRange(page.Encounters);
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        return found;
    }

    private static async Task<bool> IsRefusedAsync(Func<Task> call)
    {
        try
        {
            await call();
            return false;
        }
        catch (RpcException refused) when (refused.StatusCode == StatusCode.Unauthenticated)
        {
            return true;
        }
    }

    private Task<bool> IsShutOutAsync(string token) => IsRefusedAsync(() => GetCallerAsync(token));

    private async Task<CreateEnrollmentCodeResponse> CreateCodeAsync(string person) =>
        await people.CreateEnrollmentCodeAsync(new CreateEnrollmentCodeRequest { PersonId = person }, cancellationToken: Cancel);

    private async Task<GetCallerResponse> GetCallerAsync(string token) =>
        await sessions.GetCallerAsync(new GetCallerRequest(), AccessFixture.BearerMetadata(token), cancellationToken: Cancel);

    private async Task RefreshAsync(string token) =>
        await sessions.RefreshSessionAsync(new RefreshSessionRequest { RefreshToken = token }, cancellationToken: Cancel);

    private async Task<List<AuditEntry>> ListAuditEntriesAsync(AuditFilter filter) =>
        [.. (await new AuditService.AuditServiceClient(world.Server.Channel).ListAuditEntriesAsync(
            new ListAuditEntriesRequest { Filter = filter }, cancellationToken: Cancel)).Entries];
}

public sealed class AccessOnSqliteTests(SqliteAccessFixture world) : AccessContract(world), IClassFixture<SqliteAccessFixture>;

public sealed class AccessOnPostgresTests(PostgresAccessFixture world) : AccessContract(world), IClassFixture<PostgresAccessFixture>;
