using Grpc.Core;
using NodaTime;
using Outreach.Domain;
using Outreach.Domain.Sites;
using Outreach.Domain.Stock;
using Outreach.Protocol.Access.V1;
using Outreach.Protocol.Stock.V1;
using Outreach.Server.Access;
using Outreach.Server.Catalog;
using Outreach.Server.Ledger;
using Outreach.Server.Rpc;
using Outreach.Server.Sites;
using Encounter = Outreach.Protocol.Stock.V1.Encounter;
using Role = Outreach.Domain.Access.Role;

namespace Outreach.Server.Stock;

/// <summary>Stock and encounters over gRPC. What records goes to the site's grain; what only reads goes past it.</summary>
internal sealed class StockService(
    StockKeepers keepers,
    ILedger ledger,
    StockFamily family,
    StockWire wires,
    Syncing syncing,
    EncounterView encounters,
    DeviceArrivals arrivals,
    StockWatches watches,
    ISiteBook sites,
    IProductBook products,
    Callers callers,
    IClock clock) : Protocol.Stock.V1.StockService.StockServiceBase
{
    [Allow(Reach.Site, Role.SiteCoordinator, Sites = ["site_id"])]
    public override async Task<ReceiveStockResponse> ReceiveStock(ReceiveStockRequest request, ServerCallContext context)
    {
        var product = ChosenId.IsValid(request.ProductId) ? await products.FindAsync(request.ProductId, context.CancellationToken) : null;
        var receipt = StockWire.Read(request, product, context.Actor(), clock.GetCurrentInstant(), out var unfit);
        var shelved = await Answers.AskAsync(() => unfit.Any ? ReceivedBeforeAsync(request.SiteId, receipt, unfit) : keepers.Of(request.SiteId).ReceiveAsync(receipt));
        return new ReceiveStockResponse { Version = shelved.Version, Stock = await ShowAsync(request.SiteId, request.ProductId, shelved) };
    }

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

    [Allow(Reach.Site, Role.SiteCoordinator, Sites = ["site_id"])]
    public override async Task<SettleShortfallResponse> SettleShortfall(SettleShortfallRequest request, ServerCallContext context)
    {
        var settlement = StockWire.Read(request, context.Actor());
        var shelved = await Answers.AskAsync(() => keepers.Of(request.SiteId).SettleAsync(settlement));
        return new SettleShortfallResponse { Version = shelved.Version, Stock = await ShowAsync(request.SiteId, request.ProductId, shelved) };
    }

    [Allow(Reach.Site, Role.OutreachWorker, Role.SiteCoordinator, Role.Director, Sites = ["site_id"])]
    public override async Task<GetStockResponse> GetStock(GetStockRequest request, ServerCallContext context)
    {
        var wrong = new Violations();
        StockWire.CheckChosen("site_id", request.SiteId, wrong);
        var asOf = Moments.Read("as_of", request.AsOf, wrong);
        wrong.ThrowIfAny();
        var day = await DayAsync(request.SiteId, asOf ?? clock.GetCurrentInstant(), context.CancellationToken);
        var shown = await ShelfView.ReadAsync(ledger, family, request.SiteId, asOf, context.CancellationToken);
        var response = new GetStockResponse { Version = shown.Version };
        foreach (var (product, shelf) in shown.Shelves)
            response.Products.Add(StockWriter.Product(product, shelf, day));
        return response;
    }

    [Allow(Reach.Site, Role.OutreachWorker, Role.SiteCoordinator, Role.Director, Sites = ["site_id"])]
    public override Task<ListMovementsResponse> ListMovements(ListMovementsRequest request, ServerCallContext context) =>
        MovementView.ListAsync(ledger, family, MovementsAsked.Read(request), context.CancellationToken);

    [Allow(Reach.Site, Role.OutreachWorker, Role.SiteCoordinator, Role.Director, Sites = ["site_id"])]
    public override async Task WatchStock(
        WatchStockRequest request, IServerStreamWriter<WatchStockResponse> responseStream, ServerCallContext context)
    {
        var wrong = new Violations();
        StockWire.CheckChosen("site_id", request.SiteId, wrong);
        if (request.AfterVersion < 0)
            wrong.Add("after_version", $"is from 0; this is {request.AfterVersion}.");
        wrong.ThrowIfAny();
        await DayAsync(request.SiteId, clock.GetCurrentInstant(), context.CancellationToken);
        await foreach (var response in watches.WatchAsync(request.SiteId, request.AfterVersion, context.CancellationToken))
            await responseStream.WriteAsync(response, context.CancellationToken);
    }

    [Allow(Reach.Somewhere, Role.OutreachWorker, Role.SiteCoordinator, Role.Director)]
    public override async Task<GetDeviceResponse> GetDevice(GetDeviceRequest request, ServerCallContext context)
    {
        var wrong = new Violations();
        if (!DeviceId.IsValid(request.DeviceId))
            wrong.Add("device_id", $"is {DeviceId.Rule}; this is '{Shown.Short(request.DeviceId)}'.");
        wrong.ThrowIfAny();
        return new GetDeviceResponse { Progress = (await arrivals.ReadAsync(context.Caller().Organization, [request.DeviceId], context.CancellationToken)).Single() };
    }

    /// <summary>What is answered to a receipt that does not fit its product as it is now, but perhaps did when it was first asked for.</summary>
    private async Task<Outcome<Shelved>> ReceivedBeforeAsync(string site, Receipt receipt, Violations unfit)
    {
        var before = await keepers.Of(site).ReceivedBeforeAsync(receipt.RequestId, receipt.Content);
        return before.Refusal is { Kind: RefusalKind.NotFound } ? throw new InvalidRequestException(unfit.Found) : before;
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

    private async Task<ProductStock> ShowAsync(string site, string product, Shelved shelved) =>
        StockWriter.Product(product, shelved.After, await DayAsync(site, shelved.RecordedAt, default));

    /// <summary>The day in a site's time zone. NOT_FOUND for a site that is unknown.</summary>
    private async ValueTask<LocalDate> DayAsync(string site, Instant moment, CancellationToken cancel) =>
        await sites.FindAsync(site, cancel) is { } known
            ? moment.InZone(DateTimeZoneProviders.Tzdb[known.TimeZone]).Date
            : throw new RefusedException(SiteRules.Unknown(new SiteId(site)));

    private Onlooker OnlookerOf(ServerCallContext context) => new(callers, context);

    private static void Add(Few<Domain.Stock.HoldReason> reasons, Violations wrong)
    {
        foreach (var reason in reasons)
            wrong.Add(reason.Field.Length == 0 ? "encounter" : $"encounter.{reason.Field}", reason.Description);
    }
}
