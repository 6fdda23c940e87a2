using NodaTime;
using Outreach.Domain;
using Outreach.Domain.Catalog;
using Outreach.Domain.Encounters;
using Outreach.Domain.Stock;
using Outreach.Server.Catalog;
using Outreach.Server.Ledger;
using Outreach.Server.Sites;
using Outreach.Server.Stock;

namespace Outreach.Server.Encounters;

/// <summary>Records the encounters and the stock of one site, because both are in one stream and a stream has one writer.</summary>
/// <remarks>A batch is one append.</remarks>
internal sealed partial class EncounterGrain(
    ILedger ledger, StockStreamDefinition definition, ISiteCache sites, IProductCache products, IClock clock)
    : StockGrain(ledger, definition, sites, products, clock), IEncounterGrain
{
    public async Task<EquatableList<RecordResult>> LogAsync(EncounterBatch batch)
    {
        var records = batch.Records;
        var referenceData = await LoadReferenceDataAsync(records, StreamId);
        var found = await FindVersionsAsync(records, static incoming => incoming.Encounter.Id);

        // Nothing may be awaited from here to the append.
        var now = Now;
        var facts = new List<StockEvent>(records.Count);
        var results = new RecordResult[records.Count];
        List<Repetition>? repetitions = null;
        var state = State;
        for (var i = 0; i < results.Length; i++)
        {
            var incoming = records[i];
            if (TryGetVersion(incoming.Encounter.Id, found, out var version))
            {
                (repetitions ??= []).Add(new Repetition(i, version));
                continue;
            }

            version = Version + 1 + facts.Count;
            (var fact, results[i]) = Decide(state, incoming, referenceData, batch, now, version);
            facts.Add(fact);
            AddRecentId(incoming.Encounter.Id, version, now);
            state = state.Apply(fact, now);
        }

        await AppendAsync(facts, now, state);
        if (repetitions is not null)
            await AnswerRepetitionsAsync(records, repetitions, results);
        return EquatableList.Wrap(results);
    }

    private static (StockEvent Fact, RecordResult Result) Decide(
        StockState state, IncomingEncounter incoming, ReferenceData referenceData, EncounterBatch batch, Instant now, long version)
    {
        if (EncounterRules.IsCountable(incoming, referenceData, batch.ClockCorrection, now))
        {
            var logged = EncounterRules.Log(state, incoming, referenceData, batch.ClockCorrection, batch.By);
            return (logged, RecordResult.From(logged, version));
        }

        var reasons = EncounterRules.FindHoldReasons(incoming, referenceData, batch.ClockCorrection, now);
        var held = EncounterRules.Hold(incoming, reasons, batch.ClockCorrection, batch.By);
        return (held, RecordResult.From(held, version));
    }

    /// <summary>Sets the results of repeated records from their events in the ledger.</summary>
    private async Task AnswerRepetitionsAsync(EquatableList<IncomingEncounter> records, List<Repetition> repetitions, RecordResult[] results)
    {
        var originals = await ReadVersionsAsync(repetitions.Select(repetition => repetition.Version));
        List<int>? others = null;
        foreach (var (i, version) in repetitions)
        {
            if (originals[version].Fact is EncounterEvent.EncounterLogged logged && logged.Counted.Encounter.Id == records[i].Encounter.Id)
                results[i] = logged.Content == records[i].Content ? RecordResult.From(logged, version).ForRepeat() : RecordResult.Conflicting;
            else
                (others ??= []).Add(i);
        }

        if (others is not null)
            await AnswerFromHistoriesAsync(records, others, results);
    }

    /// <summary>Sets the results of records whose ids were held, and possibly settled since.</summary>
    private async Task AnswerFromHistoriesAsync(EquatableList<IncomingEncounter> records, List<int> indexes, RecordResult[] results)
    {
        var histories = await Ledger.ReadHistoriesAsync(Definition, StreamId, [.. indexes.Select(i => records[i].Encounter.Id)], long.MaxValue, default);
        foreach (var i in indexes)
            results[i] = RecordResult.ForRepeat(histories.GetValueOrDefault(records[i].Encounter.Id, EncounterHistory.Empty), records[i].Content);
    }

    /// <summary>Reads the reference data of a site, with the products of some records.</summary>
    private async ValueTask<ReferenceData> LoadReferenceDataAsync(EquatableList<IncomingEncounter> records, string? siteId)
    {
        var site = siteId is null ? null : await Sites.FindAsync(siteId, default);
        var found = new Dictionary<string, Product>();
        for (var record = 0; record < records.Count; record++)
        {
            var lines = records[record].Encounter.HandedOut;
            for (var i = 0; i < lines.Count; i++)
            {
                var id = lines[i].Product.Value;
                if (id is not null && !found.ContainsKey(id) && await Products.FindAsync(id, default) is { } product)
                    found.Add(id, product);
            }
        }

        return new ReferenceData(site is null ? null : DateTimeZoneProviders.Tzdb[site.TimeZone], found);
    }

    /// <summary>A record whose id was recorded before, and at which version.</summary>
    private readonly record struct Repetition(int Index, long Version);
}
