using Grpc.Core;
using NodaTime;
using Outreach.Domain;
using Outreach.Domain.Encounters;
using Outreach.Domain.Recording;
using Outreach.Protocol.Access.V1;
using Outreach.Protocol.Encounters.V1;
using Outreach.Server.Access;
using Outreach.Server.Encounters.Sync;
using Outreach.Server.Ledger;
using Outreach.Server.Rpc;
using Outreach.Server.Stock;
using Encounter = Outreach.Protocol.Encounters.V1.Encounter;
using Role = Outreach.Domain.Access.Role;

namespace Outreach.Server.Encounters;

/// <summary>Encounters over gRPC. Writes go to the site's grain; reads go to the views.</summary>
internal sealed class EncounterService(
    EncounterGrainCache grains,
    ILedger ledger,
    StockStreamDefinition definition,
    EncounterWire wire,
    SyncBatchRecorder recorder,
    EncounterQueries encounters,
    DeviceArrivals arrivals,
    CallerAuthenticator callers,
    IClock clock,
    TimeProvider time) : Protocol.Encounters.V1.EncounterService.EncounterServiceBase
{
    [Allow(Reach.Site, Role.OutreachWorker, Role.SiteCoordinator, SitePaths = ["encounter.site_id"], AllowUnknownSites = true)]
    public override async Task<LogEncounterResponse> LogEncounter(LogEncounterRequest request, ServerCallContext context)
    {
        var violations = new Violations();
        var clockCorrection = EncounterWire.ParseClockCorrection(request.DeviceClock, clock.GetCurrentInstant(), violations);
        var incoming = ParseIncoming(request.Encounter, violations);
        var streamId = StockStreamDefinition.StreamIdFor(incoming.Encounter.Site);
        var result = (await grains.LogAsync(streamId, new EncounterBatch([incoming], clockCorrection, context.GetSignature())))[0];
        return result.Outcome == Domain.Encounters.RecordOutcome.IdTaken
            ? throw new RefusedException(Refusal.AlreadyExists(
                "ENCOUNTER_ID_TAKEN", $"Encounter {incoming.Encounter.Id} was already recorded at site '{streamId}' with different content."))
            : new LogEncounterResponse { Result = EncounterWire.ToWire(incoming.Encounter.Id.ToString(), result) };
    }

    [Allow(Reach.Somewhere, Role.OutreachWorker, Role.SiteCoordinator)]
    public override async Task SyncEncounters(
        IAsyncStreamReader<SyncEncountersRequest> requestStream,
        IServerStreamWriter<SyncEncountersResponse> responseStream,
        ServerCallContext context)
    {
        var sites = context.GetSiteScope();
        var cancel = context.CancellationToken;
        var sender = new SyncSender(context.GetSignature(), sites.Organization, site => callers.IncludesAsync(sites, site, allowUnknownSites: true, cancel));
        using var session = new SyncSession(recorder, sender, responseStream, time, cancel);
        await session.RunAsync(requestStream);
    }

    [Allow(Reach.Site, Role.SiteCoordinator, SitePaths = ["site_id"], AuditAs = AuditKind.Action)]
    public override async Task<CorrectEncounterResponse> CorrectEncounter(CorrectEncounterRequest request, ServerCallContext context)
    {
        var violations = new Violations();
        if (request.Encounter is null)
            violations.Add("encounter", "is required.");
        var corrected = wire.ParseCorrection(request.Encounter, request.EncounterId, request.SiteId, violations);
        var change = EncounterWire.ParseChange(request, request.RequestId, request.EncounterId, context.GetActor(), request.Reason, violations, out var id);
        FieldParser.ParseId(request.SiteId, "site_id", violations);
        ThrowIfAny(violations, corrected);
        var amended = await GrainCalls.CallAsync(() => grains.Get(request.SiteId).CorrectAsync(id, change, corrected!));
        AddHoldReasons(amended.Reasons, violations);
        violations.ThrowIfAny();
        return new CorrectEncounterResponse { Encounter = await encounters.FindAsync(request.SiteId, id, amended.Version, CreateViewer(context), context.CancellationToken) };
    }

    [Allow(Reach.Site, Role.SiteCoordinator, SitePaths = ["site_id"], AuditAs = AuditKind.Action)]
    public override async Task<VoidEncounterResponse> VoidEncounter(VoidEncounterRequest request, ServerCallContext context)
    {
        var violations = new Violations();
        var change = EncounterWire.ParseChange(request, request.RequestId, request.EncounterId, context.GetActor(), request.Reason, violations, out var id);
        FieldParser.ParseId(request.SiteId, "site_id", violations);
        violations.ThrowIfAny();
        var amended = await GrainCalls.CallAsync(() => grains.Get(request.SiteId).VoidAsync(id, change));
        return new VoidEncounterResponse { Encounter = await encounters.FindAsync(request.SiteId, id, amended.Version, CreateViewer(context), context.CancellationToken) };
    }

    [Allow(Reach.Site, Role.OutreachWorker, Role.SiteCoordinator, Role.Navigator, Role.Director, SitePaths = ["site_id"], AuditAs = AuditKind.Read)]
    public override async Task<GetEncounterResponse> GetEncounter(GetEncounterRequest request, ServerCallContext context)
    {
        var violations = new Violations();
        FieldParser.ParseId(request.SiteId, "site_id", violations);
        var id = FieldParser.ParseUuid(request.EncounterId, "encounter_id", violations);
        violations.ThrowIfAny();
        return new GetEncounterResponse
        {
            Encounter = await encounters.FindAsync(request.SiteId, id, long.MaxValue, CreateViewer(context), context.CancellationToken)
                ?? throw new RefusedException(Refusal.NotFound("ENCOUNTER_NOT_FOUND", $"No encounter {id} is recorded at site '{request.SiteId}'.")),
        };
    }

    [Allow(Reach.Site, Role.OutreachWorker, Role.SiteCoordinator, Role.Navigator, Role.Director, SitePaths = ["site_id"], AuditAs = AuditKind.Read)]
    public override Task<ListEncountersResponse> ListEncounters(ListEncountersRequest request, ServerCallContext context) =>
        encounters.ListAsync(EncounterFilter.Parse(request), CreateViewer(context), context.CancellationToken);

    [Allow(Reach.Site, Role.SiteCoordinator, Role.Director, SitePaths = ["site_id"], AllowUnknownSites = true, AuditAs = AuditKind.Read)]
    public override Task<ListHeldEncountersResponse> ListHeldEncounters(ListHeldEncountersRequest request, ServerCallContext context) =>
        HeldEncounterQueries.ListAsync(ledger, HeldEncounterFilter.Parse(request), CreateViewer(context), context.CancellationToken);

    [Allow(Reach.Site, Role.SiteCoordinator, SitePaths = ["site_id", "encounter.site_id"], AllowUnknownSites = true, AuditAs = AuditKind.Action)]
    public override async Task<ReleaseHeldEncounterResponse> ReleaseHeldEncounter(ReleaseHeldEncounterRequest request, ServerCallContext context)
    {
        var violations = new Violations();
        FieldParser.CheckOptionalId(request.Encounter?.SiteId ?? "", "encounter.site_id", violations);
        var site = request.Encounter is { SiteId.Length: > 0 } moved ? moved.SiteId : request.SiteId;
        var corrected = wire.ParseCorrection(request.Encounter, request.EncounterId, site, violations);
        var change = EncounterWire.ParseChange(request, request.RequestId, request.EncounterId, context.GetActor(), request.Reason, violations, out var id);
        ThrowIfAny(violations, corrected);
        var streamId = StockStreamDefinition.StreamIdFor(request.SiteId);
        var record = (await ledger.ReadHistoryAsync(definition, streamId, id, long.MaxValue, context.CancellationToken)).Held;
        var held = record is null ? null : EncounterWire.ParseHeld(record);
        if (record is not null && corrected is not null)
            corrected = EncounterWire.ApplyCorrection(record, corrected);
        var result = await GrainCalls.CallAsync(() => grains.Get(streamId).ReleaseAsync(id, change, held, corrected));
        return new ReleaseHeldEncounterResponse { Result = EncounterWire.ToWire(id.ToString(), result) };
    }

    [Allow(Reach.Site, Role.SiteCoordinator, SitePaths = ["site_id"], AllowUnknownSites = true, AuditAs = AuditKind.Action)]
    public override async Task<DropHeldEncounterResponse> DropHeldEncounter(DropHeldEncounterRequest request, ServerCallContext context)
    {
        var violations = new Violations();
        var change = EncounterWire.ParseChange(request, request.RequestId, request.EncounterId, context.GetActor(), request.Reason, violations, out var id);
        violations.ThrowIfAny();
        await GrainCalls.CallAsync(() => grains.Get(StockStreamDefinition.StreamIdFor(request.SiteId)).DropAsync(id, change));
        return new DropHeldEncounterResponse { HeldEncounter = await HeldEncounterQueries.FindAsync(ledger, StockStreamDefinition.StreamIdFor(request.SiteId), id, CreateViewer(context), context.CancellationToken) };
    }

    [Allow(Reach.Somewhere, Role.OutreachWorker, Role.SiteCoordinator, Role.Director)]
    public override async Task<GetDeviceProgressResponse> GetDeviceProgress(GetDeviceProgressRequest request, ServerCallContext context)
    {
        var violations = new Violations();
        if (!ReportedDeviceId.IsValid(request.DeviceId))
            violations.Add("device_id", $"must be {ReportedDeviceId.Rule}; this is '{Excerpt.From(request.DeviceId)}'.");
        violations.ThrowIfAny();
        return new GetDeviceProgressResponse { Progress = (await arrivals.ReadAsync(context.GetCaller().Organization, [request.DeviceId], context.CancellationToken)).Single() };
    }

    /// <exception cref="InvalidRequestException">The encounter cannot be stored, or there are other violations.</exception>
    private IncomingEncounter ParseIncoming(Encounter? message, Violations violations)
    {
        if (message is null)
            violations.Add("encounter", "is required.");
        else if (wire.Parse(message, small: false, out var malformed) is not { } incoming)
            AddHoldReasons(malformed, violations);
        else if (!violations.Any)
            return incoming;
        throw new InvalidRequestException(violations.Found);
    }

    /// <summary>Throws if the request or the encounter in it has violations.</summary>
    private static void ThrowIfAny(Violations violations, IncomingEncounter? correction)
    {
        if (!violations.Any)
            return;

        // The encounter has the site of the request, which is checked already.
        AddHoldReasons([.. correction?.Errors.Where(reason => reason.Field != "site_id") ?? []], violations);
        violations.ThrowIfAny();
    }

    private Viewer CreateViewer(ServerCallContext context) => new(callers, context);

    private static void AddHoldReasons(EquatableList<Domain.Encounters.HoldReason> reasons, Violations violations)
    {
        foreach (var reason in reasons)
            violations.Add(reason.Field.Length == 0 ? "encounter" : $"encounter.{reason.Field}", reason.Description);
    }
}
