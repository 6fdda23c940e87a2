using NodaTime;
using Outreach.Domain;
using Outreach.Domain.Sites;
using Outreach.Domain.Stock;

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
    private readonly Dictionary<Guid, Task<Outcome<Reply>>> handingOver = [];

    /// <summary>This site; the default for the keeper of records that were sent to what can be no site.</summary>
    private SiteId Here => ChosenId.IsValid(SiteKey) ? new SiteId(SiteKey) : default;

    public Task<Outcome<Amended>> DropAsync(Guid encounterId, Change change) =>
        AmendAsync(encounterId, change, history => Now(HeldRules.Drop(history, change)));

    public async Task<Outcome<Reply>> ReleaseAsync(Guid encounterId, Change change, Sent? corrected)
    {
        var decided = await AmendAsync(encounterId, change, async history => HeldRules.Settled(history, change)
            ?? await ReleaseAsync(history, change, corrected));
        return decided.Refusal is { } refusal ? refusal : await HandOverAsync(encounterId);
    }

    public Task ResumeHandOverAsync(Guid encounterId) => HandOverAsync(encounterId);

    public async Task<Outcome<Reply>> TakeOverAsync(Batch released, Release release)
    {
        var books = await BooksAsync(released.Records);
        var known = await AskAsync(released.Records);

        // From here to the append nothing awaits.
        var now = clock.GetCurrentInstant();
        var sent = released.Records[0];
        if (TryFind(sent.Encounter.Id, known, out var place))
            return await TakenOverAsync(sent, place, now);
        if (HeldRules.StillHeld(sent, books, released.Shift, now) is { } still)
            return still;

        var fact = EncounterRules.Log(journal.State, sent, books, released.Shift, released.By, release);
        window.Add(sent.Encounter.Id, journal.Version + 1, now);
        return Reply.Of(fact, await AppendAsync([fact], now));
    }

    private async Task<Outcome<Reply>> TakenOverAsync(Sent sent, long place, Instant now)
    {
        await AppendAsync([], now);
        var replies = new Reply[1];
        await ReplyAgainAsync([sent], [place], [0], replies);
        return replies[0].Became is Became.RecordedBefore
            ? replies[0]
            : Refusal.Taken("ENCOUNTER_ID_TAKEN", $"Site '{SiteKey}' has another record under the id {sent.Encounter.Id}.");
    }

    private async Task<Decision<StockEvent>> ReleaseAsync(EncounterHistory history, Change change, Sent? corrected)
    {
        var sent = StockWire.Read(history.Held!);
        var said = corrected is null ? sent : Replacing(history.Held!, corrected);
        var shift = HeldRules.ShiftOf(history.Held!, sent.Encounter, said.Encounter);
        var there = said.Encounter.Site;
        var books = await BooksAsync([said], there.Value);
        var now = clock.GetCurrentInstant();
        return there == Here
            ? HeldRules.Release(journal.State, history, change, said, books, shift, now)
            : HeldRules.BeginHandOver(history, change, said, books, shift, Here, now);
    }

    private async Task<Outcome<Reply>> HandOverAsync(Guid encounterId)
    {
        if (handingOver.TryGetValue(encounterId, out var underWay))
            return await underWay;

        var mine = handingOver[encounterId] = HandOverOnceAsync(encounterId);
        try
        {
            return await mine;
        }
        finally
        {
            handingOver.Remove(encounterId);
        }
    }

    private async Task<Outcome<Reply>> HandOverOnceAsync(Guid encounterId)
    {
        var history = await HistoryAsync(encounterId);
        if (history.HandingOver is not { } begun)
            return await ReleasedAsync(history);

        var batch = new Batch([new Sent(begun.Said, begun.SaidContent)], begun.Shift, begun.Record.By);
        var there = await GrainFactory.GetGrain<IStockGrain>(begun.Said.Site.Value).TakeOverAsync(batch, begun.Release);
        using var turn = await TakeTurnAsync();
        await RecordAsync(HeldRules.EndHandOver(await HistoryAsync(encounterId), begun, there.Refusal).Facts);
        return there.Value is { } reply ? reply with { Became = Became.Recorded } : there;
    }

    /// <summary>What is answered to a release that is through: the record as it was first recorded, where it counts.</summary>
    private async Task<Outcome<Reply>> ReleasedAsync(EncounterHistory here)
    {
        if (here.Settled is not StockEvent.HeldReleased released)
            return Refusal.NotFound("HELD_NOT_FOUND", "No record with this id is being released from this site.");

        var there = released.Site.Value;
        var counts = there == SiteKey ? here : await ledger.HistoryAsync(family, there, released.Record.EncounterId, long.MaxValue, default);
        return Reply.Of(counts.Logged!, counts.Original.Version);
    }

    private static Sent Replacing(HeldRecord held, Sent corrected)
    {
        var said = corrected.Encounter with
        {
            Id = held.EncounterId,
            Device = held.Device,
            Sequence = held.Sequence,
            Participant = corrected.Encounter.Participant ?? held.Participant,
        };
        return corrected with { Encounter = said, Content = corrected.Wrong.Count == 0 ? StockWire.ContentOf(said) : corrected.Content };
    }
}
