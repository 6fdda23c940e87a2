using Outreach.Domain;
using Outreach.Domain.Encounters;
using Outreach.Domain.Recording;
using Outreach.Domain.Sites;
using Outreach.Domain.Stock;

namespace Outreach.Server.Encounters;

/// <summary>Releases and drops held records.</summary>
/// <remarks>
/// A release to another site has three steps. Each is durable before the next one begins, and each can be repeated: (1) this
/// site records that the hand-over has begun, with a promise to finish it; (2) the other site records the encounter, or finds
/// that it already has it; (3) this site records the outcome. Until then no other decision about the record is accepted. So
/// wherever the hand-over is interrupted, the encounter counts once, and a repeated request or the promise continues it. If
/// the other site refuses, the record is held here again.
/// </remarks>
internal sealed partial class EncounterGrain
{
    /// <summary>Running hand-overs, by encounter: later callers wait for the same one.</summary>
    private readonly Dictionary<Guid, Task<Result<RecordResult>>> handOversInProgress = [];

    /// <summary>This site; the default value for the stream of records that were sent with an invalid site id.</summary>
    private SiteId OwnSiteId => Slug.IsValid(StreamId) ? new SiteId(StreamId) : default;

    public Task<Result<AmendmentResult>> DropAsync(Guid encounterId, ChangeRequest change) =>
        AmendAsync(encounterId, change, history => Completed(HeldRecordRules.Drop(history, change)));

    public async Task<Result<RecordResult>> ReleaseAsync(
        Guid encounterId, ChangeRequest change, IncomingEncounter? held, IncomingEncounter? corrected)
    {
        var decided = await AmendAsync(encounterId, change, async history =>
            HeldRecordRules.CheckCanSettle(history, change) ?? await DecideReleaseAsync(history, change, held, corrected ?? held));
        return decided.Refusal is { } refusal ? refusal : await HandOverAsync(encounterId);
    }

    public Task ResumeHandOverAsync(Guid encounterId) => HandOverAsync(encounterId);

    public async Task<Result<RecordResult>> TakeOverAsync(EncounterBatch released, HeldRecordRelease release)
    {
        var referenceData = await LoadReferenceDataAsync(released.Records, StreamId);
        var found = await FindVersionsAsync(released.Records, static incoming => incoming.Encounter.Id);

        // Nothing may be awaited from here to the append.
        var now = Now;
        var incoming = released.Records[0];
        if (TryGetVersion(incoming.Encounter.Id, found, out var version))
            return await AnswerTakeOverRepeatAsync(released.Records, version);
        if (HeldRecordRules.CheckCanRelease(incoming, referenceData, released.ClockCorrection, now) is { } stillHeld)
            return stillHeld;

        var logged = EncounterRules.Log(State, incoming, referenceData, released.ClockCorrection, released.By, release);
        return RecordResult.From(logged, await AppendAsync([logged], now));
    }

    private async Task<Result<RecordResult>> AnswerTakeOverRepeatAsync(EquatableList<IncomingEncounter> records, long version)
    {
        await AppendAsync([]);
        var results = new RecordResult[1];
        await AnswerRepetitionsAsync(records, [new Repetition(0, version)], results);
        return results[0].Outcome is RecordOutcome.AlreadyRecorded
            ? results[0]
            : Refusal.AlreadyExists("ENCOUNTER_ID_TAKEN", $"Site '{StreamId}' has another record with the id {records[0].Encounter.Id}.");
    }

    private async Task<Decision<StockEvent>> DecideReleaseAsync(
        EncounterHistory history, ChangeRequest change, IncomingEncounter? held, IncomingEncounter? released)
    {
        var record = history.Held!;
        if (held is null || released is null || held.Content != record.Content)
            return HeldRecordRules.NotFound();

        var clockCorrection = HeldRecordRules.ClockCorrectionFor(record, held.Encounter, released.Encounter);
        var site = released.Encounter.Site;
        var referenceData = await LoadReferenceDataAsync([released], site.Value);
        return site == OwnSiteId
            ? HeldRecordRules.Release(State, history, change, released, referenceData, clockCorrection, Now)
            : HeldRecordRules.BeginHandOver(history, change, released, referenceData, clockCorrection, OwnSiteId, Now);
    }

    private async Task<Result<RecordResult>> HandOverAsync(Guid encounterId)
    {
        if (handOversInProgress.TryGetValue(encounterId, out var underWay))
            return await underWay;

        var started = handOversInProgress[encounterId] = HandOverOnceAsync(encounterId);
        try
        {
            return await started;
        }
        finally
        {
            handOversInProgress.Remove(encounterId);
        }
    }

    private async Task<Result<RecordResult>> HandOverOnceAsync(Guid encounterId)
    {
        var history = await ReadHistoryAsync(encounterId);
        if (history.PendingHandOver is not { } begun)
            return await GetReleaseResultAsync(history);

        var batch = new EncounterBatch([new IncomingEncounter(begun.Encounter, begun.EncounterContent)], begun.ClockCorrection, begun.Record.By);
        var taken = await GrainFactory.GetGrain<IEncounterGrain>(begun.Encounter.Site.Value).TakeOverAsync(batch, begun.Release);
        using var turn = await BeginAmendmentAsync();
        await AppendAsync(HeldRecordRules.EndHandOver(await ReadHistoryAsync(encounterId), begun, taken.Refusal).Facts);
        return taken.Value is { } result ? result with { Outcome = RecordOutcome.Recorded } : taken;
    }

    /// <summary>The result of a finished release: the encounter as first recorded, at the site where it counts.</summary>
    private async Task<Result<RecordResult>> GetReleaseResultAsync(EncounterHistory history)
    {
        if (history.Settled is not EncounterEvent.HeldRecordReleased released)
            return Refusal.NotFound("HELD_NOT_FOUND", "No record with this id is being released from this site.");

        var site = released.Site.Value;
        var counting = site == StreamId
            ? history
            : await Ledger.ReadHistoryAsync(Definition, site, released.Record.EncounterId, long.MaxValue, default);
        return RecordResult.From(counting.Logged!, counting.Original.Version);
    }
}
