using NodaTime;
using Outreach.Domain;
using Outreach.Domain.Encounters;
using Outreach.Domain.Recording;
using Outreach.Domain.Sites;
using Outreach.Domain.Stock;
using Outreach.Server.Encounters;

namespace Outreach.Server.Stock;

/// <summary>Settles held records.</summary>
/// <remarks>
/// A release to another site has three steps, each durable before the next, each good to be repeated: this site notes that
/// it has begun and promises to see it through; the other site records the encounter, or knows it already; this site notes
/// what became of it. While it is begun nothing else is decided about the record, so wherever it is cut off it counts once:
/// the same request again, or the promise, goes on from there. What the other site refuses waits here again.
/// </remarks>
internal sealed partial class StockGrain
{
    /// <summary>Hand-overs under way, by encounter: whoever comes meanwhile waits for the same one.</summary>
    private readonly Dictionary<Guid, Task<Result<RecordResult>>> handOversInProgress = [];

    /// <summary>This site; the default for the keeper of records that were sent to what can be no site.</summary>
    private SiteId OwnSiteId => Slug.IsValid(SiteKey) ? new SiteId(SiteKey) : default;

    public Task<Result<AmendmentResult>> DropAsync(Guid encounterId, ChangeRequest change) =>
        AmendAsync(encounterId, change, history => Completed(HeldRules.Drop(history, change)));

    public async Task<Result<RecordResult>> ReleaseAsync(Guid encounterId, ChangeRequest change, IncomingEncounter? corrected)
    {
        var decided = await AmendAsync(encounterId, change, async history => HeldRules.CheckCanSettle(history, change)
            ?? await ReleaseAsync(history, change, corrected));
        return decided.Refusal is { } refusal ? refusal : await HandOverAsync(encounterId);
    }

    public Task ResumeHandOverAsync(Guid encounterId) => HandOverAsync(encounterId);

    public async Task<Result<RecordResult>> TakeOverAsync(EncounterBatch released, Release release)
    {
        var books = await LoadReferenceDataAsync(released.Records);
        var known = await FindVersionsAsync(released.Records);

        // From here to the append nothing awaits.
        var now = clock.GetCurrentInstant();
        var sent = released.Records[0];
        if (TryGetVersion(sent.Encounter.Id, known, out var place))
            return await AnswerTakeOverRepeatAsync(sent, place, now);
        if (HeldRules.CheckCanRelease(sent, books, released.ClockCorrection, now) is { } still)
            return still;

        var fact = EncounterRules.Log(journal.State, sent, books, released.ClockCorrection, released.By, release);
        recentIds.Add(sent.Encounter.Id, journal.Version + 1, now);
        return RecordResult.From(fact, await AppendAsync([fact], now));
    }

    private async Task<Result<RecordResult>> AnswerTakeOverRepeatAsync(IncomingEncounter sent, long place, Instant now)
    {
        await AppendAsync([], now);
        var replies = new RecordResult[1];
        await ResolveRepeatsAsync([sent], [place], [0], replies);
        return replies[0].Outcome is RecordOutcome.RecordedBefore
            ? replies[0]
            : Refusal.AlreadyExists("ENCOUNTER_ID_TAKEN", $"Site '{SiteKey}' has another record under the id {sent.Encounter.Id}.");
    }

    private async Task<Decision<StockEvent>> ReleaseAsync(EncounterHistory history, ChangeRequest change, IncomingEncounter? corrected)
    {
        var sent = StockWire.Parse(history.Held!);
        var said = corrected is null ? sent : ApplyCorrection(history.Held!, corrected);
        var shift = HeldRules.ClockCorrectionFor(history.Held!, sent.Encounter, said.Encounter);
        var there = said.Encounter.Site;
        var books = await LoadReferenceDataAsync([said], there.Value);
        var now = clock.GetCurrentInstant();
        return there == OwnSiteId
            ? HeldRules.Release(journal.State, history, change, said, books, shift, now)
            : HeldRules.BeginHandOver(history, change, said, books, shift, OwnSiteId, now);
    }

    private async Task<Result<RecordResult>> HandOverAsync(Guid encounterId)
    {
        if (handOversInProgress.TryGetValue(encounterId, out var underWay))
            return await underWay;

        var mine = handOversInProgress[encounterId] = HandOverOnceAsync(encounterId);
        try
        {
            return await mine;
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
        var there = await GrainFactory.GetGrain<IStockGrain>(begun.Encounter.Site.Value).TakeOverAsync(batch, begun.Release);
        using var turn = await LockAsync();
        await RecordAsync(HeldRules.EndHandOver(await ReadHistoryAsync(encounterId), begun, there.Refusal).Facts);
        return there.Value is { } reply ? reply with { Outcome = RecordOutcome.Recorded } : there;
    }

    /// <summary>What is answered to a release that is through: the record as it was first recorded, where it counts.</summary>
    private async Task<Result<RecordResult>> GetReleaseResultAsync(EncounterHistory here)
    {
        if (here.Settled is not StockEvent.HeldReleased released)
            return Refusal.NotFound("HELD_NOT_FOUND", "No record with this id is being released from this site.");

        var there = released.Site.Value;
        var counts = there == SiteKey ? here : await ledger.ReadHistoryAsync(family, there, released.Record.EncounterId, long.MaxValue, default);
        return RecordResult.From(counts.Logged!, counts.Original.Version);
    }

    private static IncomingEncounter ApplyCorrection(HeldRecord held, IncomingEncounter corrected)
    {
        var said = corrected.Encounter with
        {
            Id = held.EncounterId,
            Device = held.Device,
            Sequence = held.Sequence,
            Participant = corrected.Encounter.Participant ?? held.Participant,
        };
        return corrected with { Encounter = said, Content = corrected.Errors.Count == 0 ? StockWire.ComputeContentHash(said) : corrected.Content };
    }
}
