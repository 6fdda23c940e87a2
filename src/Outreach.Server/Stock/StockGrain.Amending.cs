using NodaTime;
using Outreach.Domain;
using Outreach.Domain.Stock;

namespace Outreach.Server.Stock;

/// <summary>Amends and settles what was recorded. One at a time: each reads from the ledger what it decides on.</summary>
internal sealed partial class StockGrain
{
    private Task amending = Task.CompletedTask;

    public Task<Outcome<Amended>> CorrectAsync(Guid encounterId, Change change, Sent corrected) =>
        AmendAsync(encounterId, change, async history =>
        {
            if (history.Now is null)
                return EncounterRules.Void(journal.State, history, change);

            var said = Replacing(history.Now.Encounter, corrected);
            var books = await BooksAsync([said]);
            var shift = EncounterRules.ShiftOf(history.Now, said.Encounter);
            var reasons = EncounterRules.Reasons(said, books, shift, clock.GetCurrentInstant());
            return reasons.Count > 0
                ? new Amended(0, reasons)
                : EncounterRules.Correct(journal.State, history, change, said.Encounter, books);
        });

    public Task<Outcome<Amended>> VoidAsync(Guid encounterId, Change change) =>
        AmendAsync(encounterId, change, history => Now(EncounterRules.Void(journal.State, history, change)));

    public Task<Outcome<Amended>> DropAsync(Guid encounterId, Change change) =>
        AmendAsync(encounterId, change, history => Now(HeldRules.Drop(history, change)));

    private static ValueTask<Verdict> Now(Verdict verdict) => ValueTask.FromResult(verdict);

    public async Task<Outcome<Reply>> ReleaseAsync(Guid encounterId, Change change, Sent? corrected)
    {
        Reply? there = null;
        var done = await AmendAsync(encounterId, change, async history =>
        {
            if (history.Held is not { } held)
                return HeldRules.Drop(history, change);

            var sent = StockWire.Read(held);
            var said = corrected is null ? sent : Replacing(held, corrected);
            var shift = HeldRules.ShiftOf(held, sent.Encounter, said.Encounter);
            var elsewhere = said.Encounter.Site.Value != SiteKey;
            if (!elsewhere)
            {
                var books = await BooksAsync([said]);
                return HeldRules.Release(journal.State, history, change, said, books, shift, clock.GetCurrentInstant());
            }

            if (HeldRules.Settled(history, change) is { Refusal: not null } settled)
                return settled;

            var release = new Release(change.RequestId, new Domain.Sites.SiteId(SiteKey), change.Actor, change.Reason);
            (there, var refusal) = await HandOverAsync(said, shift, release);
            return refusal is not null ? (Decision<StockEvent>)refusal : HeldRules.ReleaseElsewhere(history, change, said.Encounter.Site, release);
        });
        if (done.Refusal is { } no)
            return no;
        return there is not null ? there with { Became = Became.Recorded } : Released(await HistoryAsync(encounterId));
    }

    /// <summary>Records at another site what was held here. It happens before it is noted here, and can be repeated.</summary>
    private async Task<(Reply? Reply, Refusal? Refusal)> HandOverAsync(Sent said, Duration shift, Release release)
    {
        var there = said.Encounter.Site.Value;
        var site = await sites.FindAsync(there, default);
        var books = await BooksAsync([said]) with { Zone = site is null ? null : DateTimeZoneProviders.Tzdb[site.TimeZone] };
        if (HeldRules.StillHeld(said, books, shift, clock.GetCurrentInstant()) is { } still)
            return (null, still);

        var reply = await GrainFactory.GetGrain<IStockGrain>(there).TakeOverAsync(new Batch([said], shift), release);
        return reply.Became is Became.Recorded or Became.RecordedBefore
            ? (reply, null)
            : (null, Refusal.Taken("ENCOUNTER_ID_TAKEN", $"Site '{there}' has another record under the id {said.Encounter.Id}."));
    }

    private static Reply Released(EncounterHistory history) => Reply.Of(history.Logged!, history.Original.Version);

    /// <summary>Reads what is known, decides, appends; the same request again answers with the version of the first.</summary>
    private async Task<Outcome<Amended>> AmendAsync(Guid encounterId, Change change, Func<EncounterHistory, ValueTask<Verdict>> decide)
    {
        var (before, mine) = (amending, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        amending = mine.Task;
        await before;
        try
        {
            // What was appended before must be durable to be found.
            await AppendAsync([], clock.GetCurrentInstant());
            var history = await HistoryAsync(encounterId);
            if (await IsTakenAsync(encounterId, change.RequestId))
                return change.Taken();

            var verdict = await decide(history);
            if (verdict.Done is not null)
                return verdict.Done;
            if (verdict.Decision!.Refusal is { } refusal)
                return refusal;

            var facts = verdict.Decision.Facts;
            return new Amended(facts.Count == 0 ? FirstVersion(history, change.RequestId) : await RecordAsync(facts));
        }
        finally
        {
            mine.SetResult();
        }
    }

    private Task<long> RecordAsync(IReadOnlyList<StockEvent> facts)
    {
        var now = clock.GetCurrentInstant();
        for (var i = 0; i < facts.Count; i++)
        {
            var (encounter, request) = RecordedIds.Of(facts[i]);
            if (encounter is { } one)
                window.Add(one, journal.Version + 1 + i, now);
            if (request is { } other)
                window.Add(other, journal.Version + 1 + i, now);
        }

        return AppendAsync(facts, now);
    }

    private static long FirstVersion(EncounterHistory history, Guid requestId)
    {
        foreach (var asked in history.Requests)
        {
            if (asked.Id == requestId)
                return asked.Version;
        }

        return history.SettledVersion;
    }

    /// <summary>Whether the request's id was used at this site for something else than this encounter.</summary>
    private async Task<bool> IsTakenAsync(Guid encounterId, Guid requestId)
    {
        var found = await ledger.FindAsync(StockFamily.Stream(SiteKey), [requestId], default);
        if (!found.TryGetValue(requestId, out var versions))
            return false;

        foreach (var fact in (await ReadAsync(versions)).Values)
        {
            var (encounter, request) = RecordedIds.Of(fact);
            if (request == requestId && encounter != encounterId)
                return true;
        }

        return false;
    }

    private Task<EncounterHistory> HistoryAsync(Guid encounterId) =>
        ledger.HistoryAsync(family, SiteKey, encounterId, long.MaxValue, default);

    /// <summary>A correction keeps the ids, the device, and the participant where it names none.</summary>
    private static Sent Replacing(Encounter before, Sent corrected) => corrected with
    {
        Encounter = corrected.Encounter with
        {
            Id = before.Id,
            Site = before.Site,
            Device = before.Device,
            Sequence = before.Sequence,
            Participant = corrected.Encounter.Participant ?? before.Participant,
        },
    };

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

    /// <summary>What a rule decided, or what is answered without any.</summary>
    private readonly record struct Verdict(Decision<StockEvent>? Decision, Amended? Done)
    {
        public static implicit operator Verdict(Decision<StockEvent> decision) => new(decision, null);

        public static implicit operator Verdict(Amended done) => new(null, done);
    }
}
