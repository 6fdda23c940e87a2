using NodaTime;
using Outreach.Domain;
using Outreach.Domain.Catalog;
using Outreach.Domain.Encounters;
using Outreach.Domain.Recording;
using Outreach.Domain.Sites;
using Outreach.Domain.Stock;
using Outreach.Server.Catalog;
using Outreach.Server.Encounters;
using Outreach.Server.Ledger;
using Outreach.Server.Recording;
using Outreach.Server.Sites;

namespace Outreach.Server.Stock;

/// <summary>Records at one site: recognises repetitions, decides by the rules, appends. Amendments and held records are in other parts.</summary>
/// <remarks>
/// Nothing awaits between looking at ids and state, deciding, and appending: the next call sees the state to come. A batch
/// is one append. A repetition is answered from the ledger, after the original has become durable.
/// </remarks>
internal sealed partial class StockGrain(
    ILedger ledger, StockStreamDefinition family, ISiteCache sites, IProductCache products, IClock clock) : Grain, IStockGrain
{
    private Journal<StockState, StockEvent> journal = null!;
    private RecentIds recentIds = null!;

    private string SiteKey => this.GetPrimaryKeyString();

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        journal = await ledger.OpenAsync(family, SiteKey, cancellationToken);
        recentIds = new RecentIds(journal.State.Ids);
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) =>
        journal is null ? Task.CompletedTask : journal.CloseAsync();

    public Task<Result<ReceiptResult>> ReceiveAsync(Receipt receipt) =>
        RecordMovementAsync(receipt.RequestId, receipt.Content, receipt.Product, (site, product, now) =>
            StockRules.Receive(journal.State, receipt, product, DateTimeZoneProviders.Tzdb[site.TimeZone], now));

    public async Task<Result<ReceiptResult>> FindReceiptAsync(Guid requestId, ContentHash content)
    {
        var known = await FindVersionsAsync(requestId);
        return TryGetVersion(requestId, known, out var version)
            ? await AnswerRepeatAsync(requestId, content, version, known)
            : Refusal.NotFound("RECEIPT_NOT_FOUND", $"No request {requestId} was recorded at site '{SiteKey}'.");
    }

    public Task<Result<ReceiptResult>> SettleAsync(Settlement settlement) =>
        RecordMovementAsync(settlement.RequestId, settlement.Content, settlement.Product, (_, _, now) =>
            StockRules.Settle(journal.State, settlement, now));

    public Task ExpireAsync(StockEvent.LotExpired lot) =>
        AppendAsync(StockRules.Expire(journal.State, lot).Facts, clock.GetCurrentInstant());

    public async Task<EquatableList<RecordResult>> LogAsync(EncounterBatch batch)
    {
        var records = batch.Records;
        var books = await LoadReferenceDataAsync(records);
        var known = await FindVersionsAsync(records);

        // From here to the append nothing awaits.
        var now = clock.GetCurrentInstant();
        var first = journal.Version + 1;
        var facts = new List<StockEvent>(records.Count);
        var places = new long[records.Count];
        var state = journal.State;
        for (var i = 0; i < places.Length; i++)
        {
            var sent = records[i];
            if (TryGetVersion(sent.Encounter.Id, known, out places[i]))
                continue;

            var fact = Decide(state, sent, books, batch, now);
            places[i] = first + facts.Count;
            facts.Add(fact);
            recentIds.Add(sent.Encounter.Id, places[i], now);
            state = state.Apply(fact, now);
        }

        await AppendAsync(facts, now, state);
        return await BuildResultsAsync(records, places, facts, first);
    }

    private static StockEvent Decide(StockState state, IncomingEncounter sent, ReferenceData books, EncounterBatch batch, Instant now) =>
        EncounterRules.IsCountable(sent, books, batch.ClockCorrection, now)
            ? EncounterRules.Log(state, sent, books, batch.ClockCorrection, batch.By)
            : EncounterRules.Hold(sent, EncounterRules.FindHoldReasons(sent, books, batch.ClockCorrection, now), batch.ClockCorrection, StockWire.ToJson(sent), batch.By);

    /// <summary>New ones answer from their facts, repetitions from what the ledger holds.</summary>
    private async ValueTask<EquatableList<RecordResult>> BuildResultsAsync(EquatableList<IncomingEncounter> records, long[] places, List<StockEvent> facts, long first)
    {
        var replies = new RecordResult[places.Length];
        var next = 0;
        List<int>? repeated = null;
        for (var i = 0; i < replies.Length; i++)
        {
            if (next < facts.Count && places[i] == first + next)
                replies[i] = RecordResult.From(facts[next], first + next++);
            else
                (repeated ??= []).Add(i);
        }

        if (repeated is not null)
            await ResolveRepeatsAsync(records, places, repeated, replies);
        return EquatableList.Wrap(replies);
    }

    private async Task ResolveRepeatsAsync(EquatableList<IncomingEncounter> records, long[] places, List<int> repeated, RecordResult[] replies)
    {
        var originals = await ReadFactsAsync([.. repeated.Select(i => places[i])]);
        List<int>? unsettled = null;
        foreach (var i in repeated)
        {
            if (originals[places[i]] is StockEvent.EncounterLogged logged && logged.Counted.Encounter.Id == records[i].Encounter.Id)
                replies[i] = logged.Content == records[i].Content ? RecordResult.From(logged, places[i]).ForRepeat() : RecordResult.Conflicting;
            else
                (unsettled ??= []).Add(i);
        }

        if (unsettled is not null)
            await ResolveFromHistoriesAsync(records, unsettled, replies);
    }

    /// <summary>Records under whose ids something was held, and perhaps settled since.</summary>
    private async Task ResolveFromHistoriesAsync(EquatableList<IncomingEncounter> records, List<int> places, RecordResult[] replies)
    {
        var histories = await ledger.ReadHistoriesAsync(family, SiteKey, [.. places.Select(i => records[i].Encounter.Id)], long.MaxValue, default);
        foreach (var i in places)
            replies[i] = RecordResult.ForRepeat(histories.GetValueOrDefault(records[i].Encounter.Id, EncounterHistory.Empty), records[i].Content);
    }

    private async Task<Result<ReceiptResult>> RecordMovementAsync(
        Guid requestId, ContentHash content, ProductId productId, Func<Domain.Sites.Site, Product, Instant, Decision<StockEvent>> decide)
    {
        var site = await sites.FindAsync(SiteKey, default);
        var product = await products.FindAsync(productId.Value, default);
        var known = await FindVersionsAsync(requestId);
        if (TryGetVersion(requestId, known, out var version))
            return await AnswerRepeatAsync(requestId, content, version, known);
        if (site is null)
            return SiteRules.Unknown(new SiteId(SiteKey));
        if (product is null)
            return Refusal.NotFound("PRODUCT_NOT_FOUND", $"No product has the id '{productId}'.");

        var now = clock.GetCurrentInstant();
        var decided = decide(site, product, now);
        if (decided.Refusal is { } refusal)
        {
            // A refusal waits too: what it is about may be on its way to the disk, and fail.
            await AppendAsync([], now);
            return refusal;
        }

        recentIds.Add(requestId, journal.Version + 1, now);
        return new ReceiptResult(await AppendAsync(decided.Facts, now), now, ShelfAfter(decided.Facts[0]));
    }

    private async Task<Result<ReceiptResult>> AnswerRepeatAsync(
        Guid requestId, ContentHash content, long version, IReadOnlyDictionary<Guid, long[]>? known)
    {
        await AppendAsync([], clock.GetCurrentInstant());
        foreach (var (place, recorded) in await ReadRecordedAsync(known?.GetValueOrDefault(requestId) ?? [version]))
        {
            var (sameContent, sameRequest) = recorded.Fact switch
            {
                StockEvent.StockReceived received => (received.Content == content, received.RequestId == requestId),
                StockEvent.ShortfallSettled settled => (settled.Content == content, settled.RequestId == requestId),
                _ => (false, false),
            };
            if (sameContent && sameRequest)
                return new ReceiptResult(place, recorded.RecordedAt, ShelfAfter(recorded.Fact));
        }

        return Refusal.AlreadyExists("REQUEST_ID_TAKEN", $"Request {requestId} was made before with another content.");
    }

    private static Shelf ShelfAfter(StockEvent fact) => fact switch
    {
        StockEvent.StockReceived received => received.After!,
        StockEvent.ShortfallSettled settled => settled.After!,
        _ => throw new ArgumentException($"{fact.GetType().Name} tells of no shelf.", nameof(fact)),
    };

    private async Task<long> AppendAsync(IReadOnlyList<StockEvent> facts, Instant now, StockState? folded = null)
    {
        var before = journal.Version;
        try
        {
            return await Append();
        }
        finally
        {
            if (journal.Failed)
                DeactivateOnIdle();
            else
                recentIds.Trim(journal.DurableVersion, journal.State.Ids, now);
        }

        Task<long> Append()
        {
            try
            {
                return journal.AppendAsync(facts, now, folded);
            }
            finally
            {
                // Also where it threw: what was not taken was never recorded.
                if (facts.Count > 0 && journal.Version == before)
                    recentIds.RemoveFrom(before + 1);
            }
        }
    }

    private ValueTask<ReferenceData> LoadReferenceDataAsync(EquatableList<IncomingEncounter> records) => LoadReferenceDataAsync(records, SiteKey);

    private async ValueTask<ReferenceData> LoadReferenceDataAsync(EquatableList<IncomingEncounter> records, string? siteId)
    {
        var site = siteId is null ? null : await sites.FindAsync(siteId, default);
        var found = new Dictionary<string, Product>();
        for (var record = 0; record < records.Count; record++)
        {
            var lines = records[record].Encounter.HandedOut;
            for (var i = 0; i < lines.Count; i++)
            {
                var id = lines[i].Product.Value;
                if (id is not null && !found.ContainsKey(id) && await products.FindAsync(id, default) is { } product)
                    found.Add(id, product);
            }
        }

        return new ReferenceData(site is null ? null : DateTimeZoneProviders.Tzdb[site.TimeZone], found);
    }

    /// <summary>Asks for ids that may be old. What the window knows of the others is kept too: it may forget them meanwhile.</summary>
    private async ValueTask<IReadOnlyDictionary<Guid, long[]>?> FindVersionsAsync(EquatableList<IncomingEncounter> records)
    {
        List<Guid>? doubtful = null;
        foreach (var sent in records)
        {
            if (MayBeKnown(sent.Encounter.Id))
                (doubtful ??= []).Add(sent.Encounter.Id);
        }

        if (doubtful is null)
            return null;

        var known = new Dictionary<Guid, long[]>();
        foreach (var sent in records)
        {
            if (recentIds.TryGetVersion(sent.Encounter.Id, out var version))
                known[sent.Encounter.Id] = [version];
        }

        foreach (var (id, versions) in await FindVersionsAsync(doubtful) ?? known)
            known[id] = versions;
        return known;
    }

    private ValueTask<IReadOnlyDictionary<Guid, long[]>?> FindVersionsAsync(Guid id) => FindVersionsAsync(MayBeKnown(id) ? [id] : null);

    private bool MayBeKnown(Guid id) => !recentIds.TryGetVersion(id, out _) && !recentIds.IsNew(id, journal.State.Ids);

    private async ValueTask<IReadOnlyDictionary<Guid, long[]>?> FindVersionsAsync(List<Guid>? doubtful)
    {
        if (doubtful is null)
            return null;

        var asked = journal.DurableVersion;
        recentIds.BeginQuery(asked);
        try
        {
            return await ledger.FindVersionsAsync(StockStreamDefinition.GetStreamName(SiteKey), doubtful, default);
        }
        finally
        {
            recentIds.EndQuery(asked);
        }
    }

    private bool TryGetVersion(Guid id, IReadOnlyDictionary<Guid, long[]>? known, out long version)
    {
        if (recentIds.TryGetVersion(id, out version))
            return true;

        version = known is not null && known.TryGetValue(id, out var versions) ? versions.Min() : 0;
        return version > 0;
    }

    private async Task<Dictionary<long, StockEvent>> ReadFactsAsync(IReadOnlyCollection<long> versions)
    {
        var facts = new Dictionary<long, StockEvent>();
        foreach (var (version, recorded) in await ReadRecordedAsync(versions))
            facts[version] = recorded.Fact;
        return facts;
    }

    /// <summary>Facts by version, upwards; versions that follow one another are read together.</summary>
    private async Task<SortedDictionary<long, RecordedFact<StockEvent>>> ReadRecordedAsync(IReadOnlyCollection<long> versions)
    {
        var facts = new SortedDictionary<long, RecordedFact<StockEvent>>();
        foreach (var (from, to) in EncounterHistoryReader.ToRanges(versions))
        {
            await foreach (var recorded in ledger.ReadAsync(family, SiteKey, from, to, default))
                facts[recorded.Version] = recorded;
        }

        return facts;
    }
}
