using System.Xml.Linq;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Grpc.Net.Client;
using Outreach.Protocol.Access.V1;
using Outreach.Protocol.Upkeep.V1;
using Outreach.Protocol.Reports.V1;
using Outreach.Protocol.Sites.V1;
using Outreach.Protocol.Encounters.V1;
using Outreach.Protocol.Stock.V1;
using Outreach.Server.Access;
using static Outreach.Protocol.Access.V1.DeviceService;
using static Outreach.Protocol.Access.V1.OrganizationService;
using static Outreach.Protocol.Access.V1.PeopleService;
using static Outreach.Protocol.Access.V1.SessionService;
using static Outreach.Protocol.Encounters.V1.EncounterService;
using AuditService = Outreach.Protocol.Access.V1.AuditService;
using Duration = NodaTime.Duration;
using Field = Outreach.Server.Tests.Whole.Field;
using Instant = NodaTime.Instant;

namespace Outreach.Server.Tests.Access;

/// <summary>What coming in, staying in and leaving must be like on either store.</summary>
public abstract class AccessContract(World world)
{
    private readonly SessionServiceClient sessions = new(GrpcChannel.ForAddress(world.Server.Grpc));
    private readonly PeopleServiceClient people = new(world.Server.Channel);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_code_lets_one_device_in_once()
    {
        var person = (await world.AsAsync("", World.A(Role.OutreachWorker))).Person.PersonId;
        var code = await CodeAsync(person);
        var request = Enroll(code.Code.ToLowerInvariant().Replace("-", "", StringComparison.Ordinal));

        var enrolled = await sessions.EnrollAsync(request, cancellationToken: Cancel);

        Assert.Equal(person, enrolled.Person.PersonId);
        await Refused.AssertAsync(StatusCode.Unauthenticated, "CODE_WRONG", async () => await sessions.EnrollAsync(Enroll(code.Code), cancellationToken: Cancel));
        var again = await sessions.EnrollAsync(request, cancellationToken: Cancel);
        Assert.Equal(enrolled.Tokens.DeviceId, again.Tokens.DeviceId);
        Assert.NotEqual(enrolled.Tokens.RefreshToken, again.Tokens.RefreshToken);
    }

    [Fact]
    public async Task Keys_for_what_browsers_carry_are_kept_in_the_store_until_a_day_after_their_end()
    {
        var (secrets, ends) = (world.Server.Part<Secrets>(), Instant.FromUtc(2001, 1, 1, 0, 0));
        new SharedKeys(secrets).StoreElement(new XElement("key", new XElement("expirationDate", ends.ToDateTimeOffset())), "key-1");
        new SharedKeys(secrets).StoreElement(new XElement("revocation"), "revocation-1");

        Assert.Equal(["key", "revocation"], new SharedKeys(secrets).GetAllElements().Select(element => element.Name.LocalName));
        await secrets.ForgetAsync(ends + Duration.FromHours(25), Cancel);
        Assert.Equal("revocation", Assert.Single(new SharedKeys(secrets).GetAllElements()).Name.LocalName);
    }

    [Fact]
    public async Task A_new_code_voids_the_one_before()
    {
        var person = (await world.AsAsync("", World.A(Role.OutreachWorker))).Person.PersonId;
        var first = await CodeAsync(person);
        var second = await CodeAsync(person);

        await Refused.AssertAsync(StatusCode.Unauthenticated, "CODE_WRONG", async () => await sessions.EnrollAsync(Enroll(first.Code), cancellationToken: Cancel));
        await sessions.EnrollAsync(Enroll(second.Code), cancellationToken: Cancel);
    }

    [Fact]
    public async Task A_refresh_token_that_comes_again_ends_all_that_came_from_it()
    {
        var first = (await world.AsAsync("", World.A(Role.OutreachWorker))).Tokens;
        var second = (await sessions.RefreshSessionAsync(new RefreshSessionRequest { RefreshToken = first.RefreshToken }, cancellationToken: Cancel)).Tokens;
        Assert.Equal(first.DeviceId, (await CallerAsync(second.AccessToken)).Device.DeviceId);

        await Refused.AssertAsync(StatusCode.Unauthenticated, "SESSION_ENDED", () => RefreshAsync(first.RefreshToken));

        await Refused.AssertAsync(StatusCode.Unauthenticated, "SESSION_ENDED", () => RefreshAsync(second.RefreshToken));
        await Eventually.AssertAsync(async () => await IsOutAsync(second.AccessToken));
        var entries = await AuditAsync(new AuditFilter { DeviceId = first.DeviceId, Kind = AuditKind.Attempt });
        Assert.Equal("TOKEN_REUSED", Assert.Single(entries).Reason);
    }

    [Fact]
    public async Task A_lost_answer_to_a_refresh_is_mended_by_the_same_request()
    {
        var tokens = (await world.AsAsync("", World.A(Role.OutreachWorker))).Tokens;
        var request = new RefreshSessionRequest { RefreshToken = tokens.RefreshToken, RequestId = Guid.NewGuid().ToString() };
        await sessions.RefreshSessionAsync(request, cancellationToken: Cancel);

        var again = (await sessions.RefreshSessionAsync(request, cancellationToken: Cancel)).Tokens;

        await RefreshAsync(again.RefreshToken);
    }

    [Fact]
    public async Task Whoever_knows_what_a_device_is_called_cannot_shut_it_out_with_a_token_that_was_made_up()
    {
        var tokens = (await world.AsAsync("", World.A(Role.OutreachWorker))).Tokens;
        var made = tokens.RefreshToken[..^4] + "AAAA";

        await Refused.AssertAsync(StatusCode.Unauthenticated, "TOKEN_WRONG", () => RefreshAsync(made));

        await RefreshAsync(tokens.RefreshToken);
    }

    [Fact]
    public async Task A_lost_phone_is_out_at_once_and_its_streams_end()
    {
        var session = await world.AsAsync("", World.A(Role.OutreachWorker));
        using var channel = session.Open(world.Server.Grpc);
        using var stock = new StockService.StockServiceClient(channel).WatchStock(new WatchStockRequest { SiteId = World.Here });
        using var overview = new OverviewService.OverviewServiceClient(channel).WatchOverview(new WatchOverviewRequest());
        using var sync = new EncounterServiceClient(channel).SyncEncounters();
        Assert.True(await stock.ResponseStream.MoveNext(Cancel));
        Assert.True(await overview.ResponseStream.MoveNext(Cancel));
        await sync.RequestStream.WriteAsync(new SyncEncountersRequest { Encounters = { Field.Encounter(World.Here) } }, Cancel);
        Assert.True(await sync.ResponseStream.MoveNext(Cancel));

        await new DeviceServiceClient(world.Server.Channel).ShutOutDeviceAsync(
            new ShutOutDeviceRequest { DeviceId = session.Tokens.DeviceId, Reason = "Lost on the bus." }, cancellationToken: Cancel);

        await Refused.AssertAsync(StatusCode.Unauthenticated, "SESSION_ENDED", () => ToEndAsync(stock.ResponseStream));
        await Refused.AssertAsync(StatusCode.Unauthenticated, "SESSION_ENDED", () => ToEndAsync(overview.ResponseStream));
        await Refused.AssertAsync(StatusCode.Unauthenticated, "SESSION_ENDED", () => ToEndAsync(sync.ResponseStream));
        await Eventually.AssertAsync(async () => await IsOutAsync(session.Tokens.AccessToken));
        await Refused.AssertAsync(StatusCode.Unauthenticated, "SESSION_ENDED", () => RefreshAsync(session.Tokens.RefreshToken));
    }

    [Fact]
    public async Task What_a_phone_sent_is_found_by_its_coordinator_whatever_became_of_it()
    {
        var (phone, coordinator) = (await world.AsAsync("", World.A(Role.OutreachWorker)), await world.AsAsync("", World.A(Role.SiteCoordinator)));
        var tablet = await world.EnrollAsync(phone.Person.PersonId);
        using var phoneLine = phone.Open(world.Server.Grpc);
        using var tabletLine = tablet.Open(world.Server.Grpc);
        using var coordinatorLine = coordinator.Open(world.Server.Grpc);
        var (onPhone, onTablet, coordinated) = (new EncounterServiceClient(phoneLine), new EncounterServiceClient(tabletLine), new EncounterServiceClient(coordinatorLine));
        var (logged, synced, held, other) = (Field.Encounter(World.Here), Field.Encounter(World.Here), Field.Encounter("nobodys"), Field.Encounter(World.Here));

        await onPhone.LogEncounterAsync(new LogEncounterRequest { Encounter = logged }, cancellationToken: Cancel);
        using var sync = onPhone.SyncEncounters(cancellationToken: Cancel);
        await sync.RequestStream.WriteAsync(new SyncEncountersRequest { Encounters = { synced, held } }, Cancel);
        Assert.True(await sync.ResponseStream.MoveNext(Cancel));
        await onTablet.LogEncounterAsync(new LogEncounterRequest { Encounter = other }, cancellationToken: Cancel);
        // Whoever sends the same again does not become the one who sent it.
        await onTablet.LogEncounterAsync(new LogEncounterRequest { Encounter = logged }, cancellationToken: Cancel);
        await onTablet.LogEncounterAsync(new LogEncounterRequest { Encounter = held }, cancellationToken: Cancel);

        var waiting = Assert.Single((await coordinated.ListHeldEncountersAsync(new ListHeldEncountersRequest { SiteId = "nobodys" }, cancellationToken: Cancel)).Held);
        Assert.Equal((phone.Person.PersonId, phone.Tokens.DeviceId), (waiting.LoggedByPersonId, waiting.LoggedByDeviceId));
        var elsewhere = held.Clone();
        elsewhere.SiteId = World.Beside;
        await coordinated.ReleaseHeldEncounterAsync(
            new ReleaseHeldEncounterRequest { RequestId = NewId(), SiteId = "nobodys", EncounterId = held.EncounterId, Encounter = elsewhere, Reason = "Van 2" }, cancellationToken: Cancel);
        await coordinated.VoidEncounterAsync(
            new VoidEncounterRequest { RequestId = NewId(), SiteId = World.Here, EncounterId = synced.EncounterId, Reason = "The phone was stolen." }, cancellationToken: Cancel);
        var corrected = (await coordinated.CorrectEncounterAsync(
            new CorrectEncounterRequest { RequestId = NewId(), SiteId = World.Here, EncounterId = logged.EncounterId, Encounter = logged, Reason = "Looked at." }, cancellationToken: Cancel)).Encounter;
        Assert.Equal((phone.Person.PersonId, phone.Tokens.DeviceId), (corrected.LoggedByPersonId, corrected.LoggedByDeviceId));

        Assert.Equal(Ids(logged, synced, held), await SentAsync(new ListEncountersRequest { LoggedByDeviceId = phone.Tokens.DeviceId }));
        Assert.Equal(Ids(other), await SentAsync(new ListEncountersRequest { LoggedByDeviceId = tablet.Tokens.DeviceId, SiteId = World.Here }));
        Assert.Equal(Ids(logged, synced, held, other), await SentAsync(new ListEncountersRequest { LoggedByPersonId = phone.Person.PersonId, PageSize = 1 }));

        async Task<IEnumerable<string>> SentAsync(ListEncountersRequest request)
        {
            request.IncludeVoided = true;
            var found = await AllAsync(coordinated, request);
            Assert.All(found, encounter => Assert.Equal(phone.Person.PersonId, encounter.LoggedByPersonId));
            return Ids([.. found.Select(encounter => encounter.Encounter)]);
        }

        static string NewId() => Guid.NewGuid().ToString();

        static IEnumerable<string> Ids(params Encounter[] encounters) => encounters.Select(encounter => encounter.EncounterId).Order();
    }

    [Fact]
    public async Task Who_sent_a_record_is_shown_to_those_who_coordinate_its_site_and_to_themselves()
    {
        await world.OpenSiteAsync("watched", "");
        var sender = await world.AsAsync("", World.A(Role.OutreachWorker));
        using var line = sender.Open(world.Server.Grpc);
        await new EncounterServiceClient(line).LogEncounterAsync(new LogEncounterRequest { Encounter = Field.Encounter("watched") }, cancellationToken: Cancel);

        Assert.True(await KnowsAsync(sender));
        Assert.True(await KnowsAsync(await world.AsAsync("", World.A(Role.SiteCoordinator, "watched"))));
        Assert.False(await KnowsAsync(await world.AsAsync("", World.A(Role.OutreachWorker), World.A(Role.SiteCoordinator, World.Here))));
        Assert.False(await KnowsAsync(await world.AsAsync("", World.A(Role.Navigator))));
        Assert.False(await KnowsAsync(await world.AsAsync("", World.A(Role.Director))));

        async Task<bool> KnowsAsync(Session who)
        {
            using var channel = who.Open(world.Server.Grpc);
            var encounters = new EncounterServiceClient(channel);
            var seen = Assert.Single(await AllAsync(encounters, new ListEncountersRequest { SiteId = "watched" }));
            var got = (await encounters.GetEncounterAsync(
                new GetEncounterRequest { SiteId = "watched", EncounterId = seen.Encounter.EncounterId }, cancellationToken: Cancel)).Encounter;
            var found = await AllAsync(encounters, new ListEncountersRequest { SiteId = "watched", LoggedByPersonId = sender.Person.PersonId });
            Assert.Equal((seen.LoggedByPersonId, seen.LoggedByDeviceId), (got.LoggedByPersonId, got.LoggedByDeviceId));
            Assert.Equal(seen.LoggedByPersonId.Length == 0, found.Count == 0);
            Assert.Equal(seen.LoggedByPersonId.Length == 0, seen.LoggedByDeviceId.Length == 0);
            return found.Count > 0;
        }
    }

    [Fact]
    public async Task A_person_whose_part_has_ended_is_out_with_every_device_and_every_code()
    {
        var session = await world.AsAsync("", World.A(Role.OutreachWorker));
        var person = session.Person.PersonId;
        var tablet = await world.EnrollAsync(person);
        var code = await CodeAsync(person);

        await people.EndPersonAsync(new EndPersonRequest { PersonId = person, Reason = "Moved away." }, cancellationToken: Cancel);

        await Eventually.AssertAsync(async () => await IsOutAsync(session.Tokens.AccessToken) && await IsOutAsync(tablet.Tokens.AccessToken));
        await Eventually.AssertAsync(async () => await IsRefusedAsync(() => RefreshAsync(tablet.Tokens.RefreshToken)));
        await Refused.AssertAsync(StatusCode.Unauthenticated, "CODE_WRONG", async () => await sessions.EnrollAsync(Enroll(code.Code), cancellationToken: Cancel));
        Assert.Empty(await DevicesAsync(all: false));
        Assert.Equal([DeviceState.Ended, DeviceState.Ended], (await DevicesAsync(all: true)).Select(device => device.State));

        async Task<IEnumerable<Device>> DevicesAsync(bool all) => (await new DeviceServiceClient(world.Server.Channel).ListDevicesAsync(
            new ListDevicesRequest { PersonId = person, IncludeShutOut = all }, cancellationToken: Cancel)).Devices;
    }

    [Fact]
    public async Task Roles_that_are_taken_away_end_streams_and_calls()
    {
        var session = await world.AsAsync("", World.A(Role.OutreachWorker));
        using var channel = session.Open(world.Server.Grpc);
        using var stock = new StockService.StockServiceClient(channel).WatchStock(new WatchStockRequest { SiteId = World.Here });
        Assert.True(await stock.ResponseStream.MoveNext(Cancel));
        var changed = session.Person.Clone();
        changed.Grants[0].Role = Role.IntakeStaff;

        await people.UpdatePersonAsync(
            new UpdatePersonRequest { Person = changed, UpdateMask = FieldMask.FromString("grants") }, cancellationToken: Cancel);

        await Refused.AssertAsync(StatusCode.PermissionDenied, "ROLE_MISSING", () => ToEndAsync(stock.ResponseStream));
        await Refused.AssertAsync(
            StatusCode.PermissionDenied,
            "ROLE_MISSING",
            async () => await new StockService.StockServiceClient(channel).GetStockAsync(new GetStockRequest { SiteId = World.Here }, cancellationToken: Cancel));
    }

    [Fact]
    public async Task What_is_another_organizations_is_as_if_it_were_not()
    {
        var (stranger, own) = (await world.AsAsync(World.Other, Everything()), await world.AsAsync("", Everything()));
        using var theirs = stranger.Open(world.Server.Grpc);
        using var ours = own.Open(world.Server.Grpc);
        var encounter = Field.Encounter(World.Here);
        await new EncounterServiceClient(ours).LogEncounterAsync(new LogEncounterRequest { Encounter = encounter }, cancellationToken: Cancel);

        foreach (var site in new[] { World.Here, "nowhere" })
        {
            var said = await Assert.ThrowsAsync<RpcException>(
                async () => await new SiteService.SiteServiceClient(theirs).GetSiteAsync(new GetSiteRequest { SiteId = site }, cancellationToken: Cancel));
            Assert.Equal((StatusCode.NotFound, $"There is no site '{site}'."), (said.StatusCode, said.Status.Detail));
            await Refused.AssertAsync(
                StatusCode.NotFound,
                "SITE_UNKNOWN",
                async () => await new EncounterServiceClient(theirs).LogEncounterAsync(
                    new LogEncounterRequest { Encounter = Field.Encounter(site) }, cancellationToken: Cancel));
        }

        var sites = await new SiteService.SiteServiceClient(theirs).ListSitesAsync(new ListSitesRequest(), cancellationToken: Cancel);
        Assert.All(sites.Sites, site => Assert.Equal(World.Other, site.OrganizationId));
        var encounters = await new EncounterServiceClient(theirs).ListEncountersAsync(new ListEncountersRequest(), cancellationToken: Cancel);
        Assert.All(encounters.Encounters, one => Assert.Equal(World.There, one.Encounter.SiteId));
        var overview = await new OverviewService.OverviewServiceClient(theirs).GetOverviewAsync(
            new GetOverviewRequest { Query = new OverviewQuery { BySite = true } }, cancellationToken: Cancel);
        Assert.All(overview.Overview.Rows, row => Assert.Equal(World.There, row.SiteId));
        var here = await new OverviewService.OverviewServiceClient(ours).GetOverviewAsync(new GetOverviewRequest(), cancellationToken: Cancel);
        Assert.InRange(here.Overview.Total.Encounters, 1, long.MaxValue);
    }

    [Fact]
    public async Task A_record_for_a_site_that_the_caller_may_not_log_at_stays_with_the_sender_and_the_others_are_recorded()
    {
        using var channel = (await world.AsAsync("", World.A(Role.OutreachWorker, World.Here))).Open(world.Server.Grpc);
        using var sync = new EncounterServiceClient(channel).SyncEncounters();
        await sync.RequestStream.WriteAsync(
            new SyncEncountersRequest { Encounters = { Field.Encounter(World.There), Field.Encounter(World.Here), Field.Encounter(World.Beside) } }, Cancel);
        await sync.RequestStream.CompleteAsync();
        Assert.True(await sync.ResponseStream.MoveNext(Cancel));

        Assert.Equal(
            [RecordOutcome.NotFound, RecordOutcome.Recorded, RecordOutcome.NotFound], sync.ResponseStream.Current.Answers.Select(answer => answer.Outcome));
    }

    [Fact]
    public async Task A_role_at_some_sites_sees_those_and_no_other()
    {
        using var channel = (await world.AsAsync("", World.A(Role.SiteCoordinator, World.Here))).Open(world.Server.Grpc);
        var sites = await new SiteService.SiteServiceClient(channel).ListSitesAsync(new ListSitesRequest(), cancellationToken: Cancel);

        Assert.Equal([World.Here], sites.Sites.Select(site => site.SiteId));
        var stock = new StockService.StockServiceClient(channel);
        var encounters = new EncounterServiceClient(channel);
        await stock.GetStockAsync(new GetStockRequest { SiteId = World.Here }, cancellationToken: Cancel);
        await Refused.AssertAsync(
            StatusCode.NotFound, "SITE_UNKNOWN", async () => await stock.GetStockAsync(new GetStockRequest { SiteId = World.Beside }, cancellationToken: Cancel));
        Assert.All(
            (await encounters.ListEncountersAsync(new ListEncountersRequest(), cancellationToken: Cancel)).Encounters,
            encounter => Assert.Equal(World.Here, encounter.Encounter.SiteId));
        var overview = await new OverviewService.OverviewServiceClient(channel).GetOverviewAsync(
            new GetOverviewRequest { Query = new OverviewQuery { BySite = true } }, cancellationToken: Cancel);
        Assert.All(overview.Overview.Rows, row => Assert.Equal(World.Here, row.SiteId));
    }

    [Fact]
    public async Task A_health_department_sees_figures_of_whom_it_was_given_and_nothing_below()
    {
        var health = $"health-{Guid.NewGuid():N}"[..20];
        var organizations = new OrganizationServiceClient(world.Server.Channel);
        var department = new Organization { OrganizationId = health, Name = "Health", Kind = OrganizationKind.HealthDepartment, FiguresFrom = { World.Other } };
        await organizations.CreateOrganizationAsync(new CreateOrganizationRequest { Organization = department }, cancellationToken: Cancel);
        using var theirs = (await world.AsAsync(World.Other, Everything())).Open(world.Server.Grpc);
        await new EncounterServiceClient(theirs).LogEncounterAsync(
            new LogEncounterRequest { Encounter = Field.Encounter(World.There) }, cancellationToken: Cancel);
        using var channel = (await world.AsAsync(health, World.A(Role.Director))).Open(world.Server.Grpc);
        var overviews = new OverviewService.OverviewServiceClient(channel);
        OverviewQuery Of(string organization) => new() { OrganizationIds = { organization } };

        var seen = (await overviews.GetOverviewAsync(new GetOverviewRequest { Query = Of(World.Other) }, cancellationToken: Cancel)).Overview;

        Assert.InRange(seen.Total.Encounters, 1, long.MaxValue);
        Assert.Empty(seen.Shelves);
        Assert.All(seen.Rows, row => Assert.Equal("", row.SiteId));
        var split = Of(World.Other);
        split.BySite = true;
        await Refused.AssertAsync(
            StatusCode.PermissionDenied, "FIGURES_ONLY", async () => await overviews.GetOverviewAsync(new GetOverviewRequest { Query = split }, cancellationToken: Cancel));
        await Refused.AssertAsync(
            StatusCode.NotFound, "ORGANIZATION_UNKNOWN", async () => await overviews.GetOverviewAsync(new GetOverviewRequest { Query = Of("main") }, cancellationToken: Cancel));
        await Refused.AssertAsync(
            StatusCode.NotFound,
            "SITE_UNKNOWN",
            async () => await new StockService.StockServiceClient(channel).GetStockAsync(new GetStockRequest { SiteId = World.There }, cancellationToken: Cancel));
    }

    [Fact]
    public async Task Every_look_and_every_act_is_on_record_before_it_is_answered()
    {
        var session = await world.AsAsync("", World.A(Role.SiteCoordinator));
        using var channel = session.Open(world.Server.Grpc);
        var id = Field.Encounter(World.Here);
        var encounters = new EncounterServiceClient(channel);
        await encounters.LogEncounterAsync(new LogEncounterRequest { Encounter = id }, cancellationToken: Cancel);
        await encounters.GetEncounterAsync(new GetEncounterRequest { SiteId = World.Here, EncounterId = id.EncounterId }, cancellationToken: Cancel);
        await new DeviceServiceClient(channel).ShutOutDeviceAsync(
            new ShutOutDeviceRequest { DeviceId = session.Tokens.DeviceId, Reason = "Sold." }, cancellationToken: Cancel);

        var entries = await AuditAsync(new AuditFilter { PersonId = session.Person.PersonId });

        Assert.Equal(
            [
                (AuditKind.Act, "outreach.access.v1.DeviceService/ShutOutDevice", $"device_id={session.Tokens.DeviceId}", "Sold."),
                (AuditKind.Look, "outreach.encounters.v1.EncounterService/GetEncounter", $"site_id=here encounter_id={id.EncounterId}", ""),
            ],
            entries.Select(entry => (entry.Kind, entry.Method, string.Join(' ', entry.Subjects), entry.Reason)));
        Assert.All(entries, entry => Assert.Equal(session.Tokens.DeviceId, entry.DeviceId));
        var exported = new List<AuditEntry>();
        using var export = new AuditService.AuditServiceClient(world.Server.Channel).ExportAuditEntries(
            new ExportAuditEntriesRequest { Filter = new AuditFilter { Subject = $"encounter_id={id.EncounterId}" } }, cancellationToken: Cancel);
        await foreach (var response in export.ResponseStream.ReadAllAsync(Cancel))
            exported.AddRange(response.Entries);
        Assert.Equal(entries[1], Assert.Single(exported));
        Assert.Empty(await Field.VerifyAsync(world.Server.Channel));
    }

    [Fact]
    public async Task Changes_to_what_was_recorded_are_on_record_too_and_so_is_who_was_not_let_in()
    {
        using var coordinator = (await world.AsAsync("", World.A(Role.SiteCoordinator))).Open(world.Server.Grpc);
        var worker = await world.AsAsync("", World.A(Role.OutreachWorker));
        using var channel = worker.Open(world.Server.Grpc);
        var encounter = Field.Encounter(World.Here);
        await new EncounterServiceClient(channel).LogEncounterAsync(new LogEncounterRequest { Encounter = encounter }, cancellationToken: Cancel);
        var request = new VoidEncounterRequest
        {
            RequestId = Guid.NewGuid().ToString(), SiteId = World.Here, EncounterId = encounter.EncounterId, Reason = "Typed twice.",
        };

        await Refused.AssertAsync(
            StatusCode.PermissionDenied,
            "ROLE_MISSING",
            async () => await new EncounterServiceClient(channel).VoidEncounterAsync(request, cancellationToken: Cancel));
        await new EncounterServiceClient(coordinator).VoidEncounterAsync(request, cancellationToken: Cancel);

        var entries = await AuditAsync(new AuditFilter { Subject = $"encounter_id={encounter.EncounterId}" });
        Assert.Equal([false, true], entries.Select(entry => entry.Subjects.Contains("refused=ROLE_MISSING")));
        Assert.All(entries, entry => Assert.Equal((AuditKind.Act, "Typed twice."), (entry.Kind, entry.Reason)));
        Assert.Equal(worker.Person.PersonId, entries[1].PersonId);
    }

    [Fact]
    public async Task What_keepers_of_the_installation_do_to_an_organization_is_on_its_record_too_with_the_roles_that_were_given()
    {
        var person = (await world.AsAsync(World.Other, World.A(Role.SiteCoordinator, World.There))).Person.PersonId;

        foreach (var whose in new[] { "", World.Other })
        {
            var entries = await AuditAsync(new AuditFilter { OrganizationId = whose, Subject = $"person.person_id={person}" });
            var created = Assert.Single(entries);
            Assert.Equal(("admin", "outreach.access.v1.PeopleService/CreatePerson"), (created.PersonId, created.Method));
            Assert.Contains("person.grants.role=SiteCoordinator", created.Subjects);
            Assert.Contains("person.grants.site_ids=there", created.Subjects);
            Assert.NotEmpty(await AuditAsync(new AuditFilter { OrganizationId = whose, Subject = $"person_id={person}" }));
        }
    }

    [Fact]
    public async Task A_coordinator_shuts_out_a_lost_phone_but_nobody_who_lets_people_in()
    {
        using var channel = (await world.AsAsync("", World.A(Role.SiteCoordinator, World.Here))).Open(world.Server.Grpc);
        var devices = new DeviceServiceClient(channel);
        var (worker, administrator) = (await world.AsAsync("", World.A(Role.OutreachWorker)), await world.AsAsync("", World.A(Role.Administrator)));

        await devices.ShutOutDeviceAsync(new ShutOutDeviceRequest { DeviceId = worker.Tokens.DeviceId, Reason = "Lost." }, cancellationToken: Cancel);

        await Eventually.AssertAsync(() => IsOutAsync(worker.Tokens.AccessToken));
        await Refused.AssertAsync(StatusCode.NotFound, "DEVICE_UNKNOWN", async () => await devices.ShutOutDeviceAsync(
            new ShutOutDeviceRequest { DeviceId = administrator.Tokens.DeviceId, Reason = "Lost." }, cancellationToken: Cancel));
    }

    [Fact]
    public async Task What_arrived_from_a_device_is_told_to_its_own_organization()
    {
        using var ours = (await world.AsAsync("", Everything())).Open(world.Server.Grpc);
        using var theirs = (await world.AsAsync(World.Other, Everything())).Open(world.Server.Grpc);
        var device = $"phone-{Guid.NewGuid():N}";
        await LogAsync(ours, World.Here, 1);
        await LogAsync(ours, World.Beside, 2);
        await LogAsync(ours, "nobody-has-this", 4);
        await LogAsync(theirs, World.There, 70);

        Assert.Equal((3, 4), await ArrivedAsync(ours));
        Assert.Equal((1, 70), await ArrivedAsync(theirs));

        async Task LogAsync(GrpcChannel channel, string site, long sequence)
        {
            var encounter = Field.Encounter(site);
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
    public async Task Figures_come_from_an_organization_that_there_is() => await Refused.AssertAsync(
        StatusCode.NotFound,
        "ORGANIZATION_UNKNOWN",
        async () => await new OrganizationServiceClient(world.Server.Channel).CreateOrganizationAsync(
            new CreateOrganizationRequest
            {
                Organization = new Organization { OrganizationId = "city", Name = "City", Kind = OrganizationKind.HealthDepartment, FiguresFrom = { "later" } },
            },
            cancellationToken: Cancel));

    [Fact]
    public async Task The_picture_of_a_code_opens_the_dashboard_with_it()
    {
        var made = await CodeAsync("admin");

        Assert.Equal($"{world.Server.Web}/#code={made.Code}", made.QrText);
    }

    [Fact]
    public async Task What_is_asked_about_people_is_in_no_address_and_what_is_answered_in_no_cache()
    {
        using var body = new StringContent("""{"participantKey": "0123456789abcdef0123456789abcdef"}""", System.Text.Encoding.UTF8, "application/json");
        using var answer = await world.Server.Json.PostAsync(new Uri("/v1/encounters:list", UriKind.Relative), body, Cancel);

        Assert.True(answer.Headers.CacheControl!.NoStore);
        Assert.NotEqual(System.Net.HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task The_last_administrator_of_an_organization_stays_one()
    {
        var only = await world.AsAsync("other", World.A(Role.Administrator));
        using var channel = only.Open(world.Server.Grpc);
        var theirs = new PeopleServiceClient(channel);
        var second = await world.AsAsync("other", World.A(Role.Administrator));
        await theirs.EndPersonAsync(new EndPersonRequest { PersonId = second.Person.PersonId, Reason = "Left." }, cancellationToken: Cancel);
        foreach (var left in (await theirs.ListPeopleAsync(new ListPeopleRequest(), cancellationToken: Cancel)).People)
        {
            if (left.PersonId != only.Person.PersonId && left.Grants.Any(grant => grant.Role == Role.Administrator))
                await theirs.EndPersonAsync(new EndPersonRequest { PersonId = left.PersonId, Reason = "Left." }, cancellationToken: Cancel);
        }

        await Refused.AssertAsync(
            StatusCode.FailedPrecondition,
            "LAST_ADMINISTRATOR",
            async () => await theirs.EndPersonAsync(new EndPersonRequest { PersonId = only.Person.PersonId, Reason = "Left." }, cancellationToken: Cancel));
    }

    [Fact]
    public async Task Views_of_people_and_devices_equal_a_replay_of_what_was_recorded()
    {
        await world.EnrollAsync((await world.AsAsync("", World.A(Role.Director))).Person.PersonId);

        await Upkept.AssertAsync(
            world.Server.Channel,
            async () => (await people.ListPeopleAsync(new ListPeopleRequest { IncludeEnded = true, PageSize = 1000 }, cancellationToken: Cancel)).People.ToList(),
            Cancel);
    }

    [Fact]
    public async Task No_secret_is_in_what_the_ledger_exports()
    {
        var session = await world.AsAsync("", World.A(Role.Director));
        var code = await CodeAsync(session.Person.PersonId);
        using var export = new UpkeepService.UpkeepServiceClient(world.Server.Channel).Export(new ExportRequest(), cancellationToken: Cancel);
        var facts = new List<string>();
        await foreach (var response in export.ResponseStream.ReadAllAsync(Cancel))
            facts.AddRange(response.Facts.Select(fact => fact.Json));

        foreach (var secret in new[] { code.Code, code.Code.Replace("-", "", StringComparison.Ordinal), session.Tokens.RefreshToken, session.Tokens.AccessToken })
            Assert.DoesNotContain(facts, fact => fact.Contains(secret, StringComparison.Ordinal));
    }

    private static Grant[] Everything() =>
        [.. System.Enum.GetValues<Role>().Where(role => role != Role.Unspecified).Select(role => World.A(role))];

    private static EnrollRequest Enroll(string code) => new() { RequestId = Guid.NewGuid().ToString(), Code = code, DeviceLabel = "A phone" };

    private static async Task ToEndAsync<T>(IAsyncStreamReader<T> stream)
    {
        await foreach (var _ in stream.ReadAllAsync(Cancel))
        {
        }
    }

    private static async Task<List<RecordedEncounter>> AllAsync(EncounterServiceClient encounters, ListEncountersRequest request)
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

    private Task<bool> IsOutAsync(string token) => IsRefusedAsync(() => CallerAsync(token));

    private async Task<CreateEnrollmentCodeResponse> CodeAsync(string person) =>
        await people.CreateEnrollmentCodeAsync(new CreateEnrollmentCodeRequest { PersonId = person }, cancellationToken: Cancel);

    private async Task<GetCallerResponse> CallerAsync(string token) =>
        await sessions.GetCallerAsync(new GetCallerRequest(), World.With(token), cancellationToken: Cancel);

    private async Task RefreshAsync(string token) =>
        await sessions.RefreshSessionAsync(new RefreshSessionRequest { RefreshToken = token }, cancellationToken: Cancel);

    private async Task<List<AuditEntry>> AuditAsync(AuditFilter filter) =>
        [.. (await new AuditService.AuditServiceClient(world.Server.Channel).ListAuditEntriesAsync(
            new ListAuditEntriesRequest { Filter = filter }, cancellationToken: Cancel)).Entries];
}

public sealed class AccessOnSqliteTests(WorldOnSqlite world) : AccessContract(world), IClassFixture<WorldOnSqlite>;

public sealed class AccessOnPostgresTests(WorldOnPostgres world) : AccessContract(world), IClassFixture<WorldOnPostgres>;
