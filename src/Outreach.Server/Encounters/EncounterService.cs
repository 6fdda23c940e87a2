using Grpc.Core;
using NodaTime;
using Outreach.Domain;
using Outreach.Domain.Encounters;
using Outreach.Domain.Recording;
using Outreach.Protocol.Access.V1;
using Outreach.Protocol.Encounters.V1;
using Outreach.Server.Access;
using Outreach.Server.Ledger;
using Outreach.Server.Rpc;
using Outreach.Server.Stock;
using Encounter = Outreach.Protocol.Encounters.V1.Encounter;
using Role = Outreach.Domain.Access.Role;

namespace Outreach.Server.Encounters;

/// <summary>Encounters over gRPC. Writes go to the site's grain; reads go to the views.</summary>
internal sealed class EncounterService(
    StockGrains keepers,
    ILedger ledger,
    StockWire wires,
    SyncSession syncing,
    EncounterQueries encounters,
    DeviceArrivals arrivals,
    CallerAuthenticator callers,
    IClock clock) : Protocol.Encounters.V1.EncounterService.EncounterServiceBase
{
    [Allow(Reach.Site, Role.OutreachWorker, Role.SiteCoordinator, SitePaths = ["encounter.site_id"], AllowUnknownSites = true)]
    public override async Task<LogEncounterResponse> LogEncounter(LogEncounterRequest request, ServerCallContext context)
    {
        var wrong = new Violations();
        var shift = StockWire.ParseClockCorrection(request.DeviceClock, clock.GetCurrentInstant(), wrong);
        var sent = ParseIncoming(request.Encounter, wrong);
        var reply = (await syncing.LogAsync(StockStreamDefinition.StreamIdFor(sent.Encounter.Site), new EncounterBatch([sent], shift, context.GetSignature())))[0];
        return reply.Outcome == Domain.Encounters.RecordOutcome.Conflicting
            ? throw new RefusedException(Refusal.AlreadyExists(
                "ENCOUNTER_ID_TAKEN", $"Encounter {sent.Encounter.Id} was recorded at site '{StockStreamDefinition.StreamIdFor(sent.Encounter.Site)}' before with another content."))
            : new LogEncounterResponse { Answer = StockWireWriter.ToWire(sent.Encounter.Id.ToString(), reply) };
    }

    [Allow(Reach.Somewhere, Role.OutreachWorker, Role.SiteCoordinator)]
    public override Task SyncEncounters(
        IAsyncStreamReader<SyncEncountersRequest> requestStream,
        IServerStreamWriter<SyncEncountersResponse> responseStream,
        ServerCallContext context)
    {
        var seen = context.GetSiteScope();
        var sender = new SyncSender(context.GetSignature(), seen.Organization, site => callers.IncludesAsync(seen, site, allowUnknownSites: true, context.CancellationToken));
        return syncing.RunAsync(requestStream, responseStream, sender, context.CancellationToken);
    }

    [Allow(Reach.Site, Role.SiteCoordinator, SitePaths = ["site_id"], AuditAs = AuditKind.Act)]
    public override async Task<CorrectEncounterResponse> CorrectEncounter(CorrectEncounterRequest request, ServerCallContext context)
    {
        var wrong = new Violations();
        if (request.Encounter is null)
            wrong.Add("encounter", "is required.");
        var corrected = wires.ParseChange(request.Encounter, request.EncounterId, request.SiteId, wrong);
        var change = StockWire.ParseChange(request, request.RequestId, request.EncounterId, context.GetActor(), request.Reason, wrong, out var id);
        StockWire.CheckSlug("site_id", request.SiteId, wrong);
        ThrowIfAny(wrong, corrected);
        var amended = await GrainCalls.CallAsync(() => keepers.Get(request.SiteId).CorrectAsync(id, change, corrected!));
        AddHoldReasons(amended.Reasons, wrong);
        wrong.ThrowIfAny();
        return new CorrectEncounterResponse { Encounter = await encounters.FindAsync(request.SiteId, id, amended.Version, CreateViewer(context), context.CancellationToken) };
    }

    [Allow(Reach.Site, Role.SiteCoordinator, SitePaths = ["site_id"], AuditAs = AuditKind.Act)]
    public override async Task<VoidEncounterResponse> VoidEncounter(VoidEncounterRequest request, ServerCallContext context)
    {
        var wrong = new Violations();
        var change = StockWire.ParseChange(request, request.RequestId, request.EncounterId, context.GetActor(), request.Reason, wrong, out var id);
        StockWire.CheckSlug("site_id", request.SiteId, wrong);
        wrong.ThrowIfAny();
        var amended = await GrainCalls.CallAsync(() => keepers.Get(request.SiteId).VoidAsync(id, change));
        return new VoidEncounterResponse { Encounter = await encounters.FindAsync(request.SiteId, id, amended.Version, CreateViewer(context), context.CancellationToken) };
    }

    [Allow(Reach.Site, Role.OutreachWorker, Role.SiteCoordinator, Role.Navigator, Role.Director, SitePaths = ["site_id"], AuditAs = AuditKind.Look)]
    public override async Task<GetEncounterResponse> GetEncounter(GetEncounterRequest request, ServerCallContext context)
    {
        var wrong = new Violations();
        StockWire.CheckSlug("site_id", request.SiteId, wrong);
        var id = StockWire.ParseUuid("encounter_id", request.EncounterId, wrong);
        wrong.ThrowIfAny();
        return new GetEncounterResponse
        {
            Encounter = await encounters.FindAsync(request.SiteId, id, long.MaxValue, CreateViewer(context), context.CancellationToken)
                ?? throw new RefusedException(Refusal.NotFound("ENCOUNTER_NOT_FOUND", $"No encounter {id} is recorded at site '{request.SiteId}'.")),
        };
    }

    [Allow(Reach.Site, Role.OutreachWorker, Role.SiteCoordinator, Role.Navigator, Role.Director, SitePaths = ["site_id"], AuditAs = AuditKind.Look)]
    public override Task<ListEncountersResponse> ListEncounters(ListEncountersRequest request, ServerCallContext context) =>
        encounters.ListAsync(EncounterFilter.Parse(request), CreateViewer(context), context.CancellationToken);

    [Allow(Reach.Site, Role.SiteCoordinator, Role.Director, SitePaths = ["site_id"], AllowUnknownSites = true, AuditAs = AuditKind.Look)]
    public override Task<ListHeldEncountersResponse> ListHeldEncounters(ListHeldEncountersRequest request, ServerCallContext context) =>
        HeldEncounterQueries.ListAsync(ledger, HeldEncounterFilter.Parse(request), CreateViewer(context), context.CancellationToken);

    [Allow(Reach.Site, Role.SiteCoordinator, SitePaths = ["site_id", "encounter.site_id"], AllowUnknownSites = true, AuditAs = AuditKind.Act)]
    public override async Task<ReleaseHeldEncounterResponse> ReleaseHeldEncounter(ReleaseHeldEncounterRequest request, ServerCallContext context)
    {
        var wrong = new Violations();
        if (request.Encounter is { SiteId.Length: > 0 } said)
            StockWire.CheckSlug("encounter.site_id", said.SiteId, wrong);
        var there = request.Encounter is { SiteId.Length: > 0 } ? request.Encounter.SiteId : request.SiteId;
        var corrected = wires.ParseChange(request.Encounter, request.EncounterId, there, wrong);
        var change = StockWire.ParseChange(request, request.RequestId, request.EncounterId, context.GetActor(), request.Reason, wrong, out var id);
        ThrowIfAny(wrong, corrected);
        var reply = await GrainCalls.CallAsync(() => keepers.Get(StockStreamDefinition.StreamIdFor(request.SiteId)).ReleaseAsync(id, change, corrected));
        return new ReleaseHeldEncounterResponse { Answer = StockWireWriter.ToWire(id.ToString(), reply) };
    }

    [Allow(Reach.Site, Role.SiteCoordinator, SitePaths = ["site_id"], AllowUnknownSites = true, AuditAs = AuditKind.Act)]
    public override async Task<DropHeldEncounterResponse> DropHeldEncounter(DropHeldEncounterRequest request, ServerCallContext context)
    {
        var wrong = new Violations();
        var change = StockWire.ParseChange(request, request.RequestId, request.EncounterId, context.GetActor(), request.Reason, wrong, out var id);
        wrong.ThrowIfAny();
        await GrainCalls.CallAsync(() => keepers.Get(StockStreamDefinition.StreamIdFor(request.SiteId)).DropAsync(id, change));
        return new DropHeldEncounterResponse { Held = await HeldEncounterQueries.FindAsync(ledger, StockStreamDefinition.StreamIdFor(request.SiteId), id, CreateViewer(context), context.CancellationToken) };
    }

    [Allow(Reach.Somewhere, Role.OutreachWorker, Role.SiteCoordinator, Role.Director)]
    public override async Task<GetDeviceProgressResponse> GetDeviceProgress(GetDeviceProgressRequest request, ServerCallContext context)
    {
        var wrong = new Violations();
        if (!DeviceId.IsValid(request.DeviceId))
            wrong.Add("device_id", $"is {DeviceId.Rule}; this is '{Excerpt.From(request.DeviceId)}'.");
        wrong.ThrowIfAny();
        return new GetDeviceProgressResponse { Progress = (await arrivals.ReadAsync(context.GetCaller().Organization, [request.DeviceId], context.CancellationToken)).Single() };
    }

    /// <exception cref="InvalidRequestException">The encounter cannot be kept, or something else is wrong already.</exception>
    private IncomingEncounter ParseIncoming(Encounter? wire, Violations wrong)
    {
        if (wire is null)
            wrong.Add("encounter", "is required.");
        else if (wires.Parse(wire, small: false, out var malformed) is not { } sent)
            AddHoldReasons(malformed, wrong);
        else if (!wrong.Any)
            return sent;
        throw new InvalidRequestException(wrong.Found);
    }

    /// <summary>Ends the parsing of a request that has violations; those of the encounter in it are named too.</summary>
    private static void ThrowIfAny(Violations wrong, IncomingEncounter? said)
    {
        if (!wrong.Any)
            return;

        // Its site is the request's, which is named already.
        AddHoldReasons([.. said?.Errors.Where(reason => reason.Field != "site_id") ?? []], wrong);
        wrong.ThrowIfAny();
    }

    private Viewer CreateViewer(ServerCallContext context) => new(callers, context);

    private static void AddHoldReasons(EquatableList<Domain.Encounters.HoldReason> reasons, Violations wrong)
    {
        foreach (var reason in reasons)
            wrong.Add(reason.Field.Length == 0 ? "encounter" : $"encounter.{reason.Field}", reason.Description);
    }
}
