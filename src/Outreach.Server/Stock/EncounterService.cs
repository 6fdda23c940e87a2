using Grpc.Core;
using NodaTime;
using Outreach.Domain;
using Outreach.Domain.Stock;
using Outreach.Protocol.Access.V1;
using Outreach.Protocol.Encounters.V1;
using Outreach.Server.Access;
using Outreach.Server.Ledger;
using Outreach.Server.Rpc;
using Encounter = Outreach.Protocol.Encounters.V1.Encounter;
using Role = Outreach.Domain.Access.Role;

namespace Outreach.Server.Stock;

/// <summary>Encounters over gRPC. Writes go to the site's grain; reads go to the views.</summary>
internal sealed class EncounterService(
    StockKeepers keepers,
    ILedger ledger,
    StockWire wires,
    Syncing syncing,
    EncounterView encounters,
    DeviceArrivals arrivals,
    Callers callers,
    IClock clock) : Protocol.Encounters.V1.EncounterService.EncounterServiceBase
{
    [Allow(Reach.Site, Role.OutreachWorker, Role.SiteCoordinator, Sites = ["encounter.site_id"], UnknownSites = true)]
    public override async Task<LogEncounterResponse> LogEncounter(LogEncounterRequest request, ServerCallContext context)
    {
        var wrong = new Violations();
        var shift = StockWire.ReadShift(request.DeviceClock, clock.GetCurrentInstant(), wrong);
        var sent = ReadSent(request.Encounter, wrong);
        var reply = (await syncing.LogAsync(StockFamily.KeptAt(sent.Encounter.Site), new Batch([sent], shift, context.Signature())))[0];
        return reply.Became == Became.Conflicting
            ? throw new RefusedException(Refusal.Taken(
                "ENCOUNTER_ID_TAKEN", $"Encounter {sent.Encounter.Id} was recorded at site '{StockFamily.KeptAt(sent.Encounter.Site)}' before with another content."))
            : new LogEncounterResponse { Answer = StockWriter.Answer(sent.Encounter.Id.ToString(), reply) };
    }

    [Allow(Reach.Somewhere, Role.OutreachWorker, Role.SiteCoordinator)]
    public override Task SyncEncounters(
        IAsyncStreamReader<SyncEncountersRequest> requestStream,
        IServerStreamWriter<SyncEncountersResponse> responseStream,
        ServerCallContext context)
    {
        var seen = context.Sites();
        var sender = new Sender(context.Signature(), seen.Organization, site => callers.IncludesAsync(seen, site, unknownToo: true, context.CancellationToken));
        return syncing.RunAsync(requestStream, responseStream, sender, context.CancellationToken);
    }

    [Allow(Reach.Site, Role.SiteCoordinator, Sites = ["site_id"], Recorded = AuditKind.Act)]
    public override async Task<CorrectEncounterResponse> CorrectEncounter(CorrectEncounterRequest request, ServerCallContext context)
    {
        var wrong = new Violations();
        if (request.Encounter is null)
            wrong.Add("encounter", "is required.");
        var corrected = wires.ReadChange(request.Encounter, request.EncounterId, request.SiteId, wrong);
        var change = StockWire.ReadChange(request, request.RequestId, request.EncounterId, context.Actor(), request.Reason, wrong, out var id);
        StockWire.CheckChosen("site_id", request.SiteId, wrong);
        ThrowIfAny(wrong, corrected);
        var amended = await Answers.AskAsync(() => keepers.Of(request.SiteId).CorrectAsync(id, change, corrected!));
        Add(amended.Reasons, wrong);
        wrong.ThrowIfAny();
        return new CorrectEncounterResponse { Encounter = await encounters.FindAsync(request.SiteId, id, amended.Version, OnlookerOf(context), context.CancellationToken) };
    }

    [Allow(Reach.Site, Role.SiteCoordinator, Sites = ["site_id"], Recorded = AuditKind.Act)]
    public override async Task<VoidEncounterResponse> VoidEncounter(VoidEncounterRequest request, ServerCallContext context)
    {
        var wrong = new Violations();
        var change = StockWire.ReadChange(request, request.RequestId, request.EncounterId, context.Actor(), request.Reason, wrong, out var id);
        StockWire.CheckChosen("site_id", request.SiteId, wrong);
        wrong.ThrowIfAny();
        var amended = await Answers.AskAsync(() => keepers.Of(request.SiteId).VoidAsync(id, change));
        return new VoidEncounterResponse { Encounter = await encounters.FindAsync(request.SiteId, id, amended.Version, OnlookerOf(context), context.CancellationToken) };
    }

    [Allow(Reach.Site, Role.OutreachWorker, Role.SiteCoordinator, Role.Navigator, Role.Director, Sites = ["site_id"], Recorded = AuditKind.Look)]
    public override async Task<GetEncounterResponse> GetEncounter(GetEncounterRequest request, ServerCallContext context)
    {
        var wrong = new Violations();
        StockWire.CheckChosen("site_id", request.SiteId, wrong);
        var id = StockWire.ReadId("encounter_id", request.EncounterId, wrong);
        wrong.ThrowIfAny();
        return new GetEncounterResponse
        {
            Encounter = await encounters.FindAsync(request.SiteId, id, long.MaxValue, OnlookerOf(context), context.CancellationToken)
                ?? throw new RefusedException(Refusal.NotFound("ENCOUNTER_NOT_FOUND", $"No encounter {id} is recorded at site '{request.SiteId}'.")),
        };
    }

    [Allow(Reach.Site, Role.OutreachWorker, Role.SiteCoordinator, Role.Navigator, Role.Director, Sites = ["site_id"], Recorded = AuditKind.Look)]
    public override Task<ListEncountersResponse> ListEncounters(ListEncountersRequest request, ServerCallContext context) =>
        encounters.ListAsync(EncountersAsked.Read(request), OnlookerOf(context), context.CancellationToken);

    [Allow(Reach.Site, Role.SiteCoordinator, Role.Director, Sites = ["site_id"], UnknownSites = true, Recorded = AuditKind.Look)]
    public override Task<ListHeldEncountersResponse> ListHeldEncounters(ListHeldEncountersRequest request, ServerCallContext context) =>
        HeldView.ListAsync(ledger, HeldAsked.Read(request), OnlookerOf(context), context.CancellationToken);

    [Allow(Reach.Site, Role.SiteCoordinator, Sites = ["site_id", "encounter.site_id"], UnknownSites = true, Recorded = AuditKind.Act)]
    public override async Task<ReleaseHeldEncounterResponse> ReleaseHeldEncounter(ReleaseHeldEncounterRequest request, ServerCallContext context)
    {
        var wrong = new Violations();
        if (request.Encounter is { SiteId.Length: > 0 } said)
            StockWire.CheckChosen("encounter.site_id", said.SiteId, wrong);
        var there = request.Encounter is { SiteId.Length: > 0 } ? request.Encounter.SiteId : request.SiteId;
        var corrected = wires.ReadChange(request.Encounter, request.EncounterId, there, wrong);
        var change = StockWire.ReadChange(request, request.RequestId, request.EncounterId, context.Actor(), request.Reason, wrong, out var id);
        ThrowIfAny(wrong, corrected);
        var reply = await Answers.AskAsync(() => keepers.Of(StockFamily.KeptAt(request.SiteId)).ReleaseAsync(id, change, corrected));
        return new ReleaseHeldEncounterResponse { Answer = StockWriter.Answer(id.ToString(), reply) };
    }

    [Allow(Reach.Site, Role.SiteCoordinator, Sites = ["site_id"], UnknownSites = true, Recorded = AuditKind.Act)]
    public override async Task<DropHeldEncounterResponse> DropHeldEncounter(DropHeldEncounterRequest request, ServerCallContext context)
    {
        var wrong = new Violations();
        var change = StockWire.ReadChange(request, request.RequestId, request.EncounterId, context.Actor(), request.Reason, wrong, out var id);
        wrong.ThrowIfAny();
        await Answers.AskAsync(() => keepers.Of(StockFamily.KeptAt(request.SiteId)).DropAsync(id, change));
        return new DropHeldEncounterResponse { Held = await HeldView.FindAsync(ledger, StockFamily.KeptAt(request.SiteId), id, OnlookerOf(context), context.CancellationToken) };
    }

    [Allow(Reach.Somewhere, Role.OutreachWorker, Role.SiteCoordinator, Role.Director)]
    public override async Task<GetDeviceProgressResponse> GetDeviceProgress(GetDeviceProgressRequest request, ServerCallContext context)
    {
        var wrong = new Violations();
        if (!DeviceId.IsValid(request.DeviceId))
            wrong.Add("device_id", $"is {DeviceId.Rule}; this is '{Shown.Short(request.DeviceId)}'.");
        wrong.ThrowIfAny();
        return new GetDeviceProgressResponse { Progress = (await arrivals.ReadAsync(context.Caller().Organization, [request.DeviceId], context.CancellationToken)).Single() };
    }

    /// <exception cref="InvalidRequestException">The encounter cannot be kept, or something else is wrong already.</exception>
    private Sent ReadSent(Encounter? wire, Violations wrong)
    {
        if (wire is null)
            wrong.Add("encounter", "is required.");
        else if (wires.Read(wire, small: false, out var malformed) is not { } sent)
            Add(malformed, wrong);
        else if (!wrong.Any)
            return sent;
        throw new InvalidRequestException(wrong.Found);
    }

    /// <summary>Ends the parsing of a request that has violations; those of the encounter in it are named too.</summary>
    private static void ThrowIfAny(Violations wrong, Sent? said)
    {
        if (!wrong.Any)
            return;

        // Its site is the request's, which is named already.
        Add([.. said?.Wrong.Where(reason => reason.Field != "site_id") ?? []], wrong);
        wrong.ThrowIfAny();
    }

    private Onlooker OnlookerOf(ServerCallContext context) => new(callers, context);

    private static void Add(Few<Domain.Stock.HoldReason> reasons, Violations wrong)
    {
        foreach (var reason in reasons)
            wrong.Add(reason.Field.Length == 0 ? "encounter" : $"encounter.{reason.Field}", reason.Description);
    }
}
