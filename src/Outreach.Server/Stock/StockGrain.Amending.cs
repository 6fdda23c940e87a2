using Outreach.Domain;
using Outreach.Domain.Stock;

namespace Outreach.Server.Stock;

/// <summary>Amends what was recorded. One at a time: each reads from the ledger what it decides on.</summary>
internal sealed partial class StockGrain
{
    private Task amending = Task.CompletedTask;

    public Task<Outcome<Amended>> CorrectAsync(Guid encounterId, Change change, Sent corrected) =>
        AmendAsync(encounterId, change, async history =>
        {
            if (EncounterRules.Answered(history, change) is { } answer)
                return answer;

            var said = Replacing(history.Now!.Encounter, corrected);
            var books = await BooksAsync([said]);
            var shift = EncounterRules.ShiftOf(history.Now, said.Encounter);
            var reasons = EncounterRules.Reasons(
                said, books, shift, clock.GetCurrentInstant(), EncounterRules.DayOf(history.Now, said.Encounter));
            return reasons.Count > 0
                ? new Amended(0, reasons)
                : EncounterRules.Correct(journal.State, history, change, said.Encounter, books);
        });

    public Task<Outcome<Amended>> VoidAsync(Guid encounterId, Change change) =>
        AmendAsync(encounterId, change, history => Now(EncounterRules.Void(journal.State, history, change)));

    private static ValueTask<Verdict> Now(Verdict verdict) => ValueTask.FromResult(verdict);

    /// <summary>Reads what is known, decides, appends; the same request again answers with the version of the first.</summary>
    private async Task<Outcome<Amended>> AmendAsync(Guid encounterId, Change change, Func<EncounterHistory, ValueTask<Verdict>> decide)
    {
        using var turn = await TakeTurnAsync();
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

    /// <summary>Waits until those who came before have amended, and until all that was appended before is durable, so that it is found.</summary>
    private async Task<Turn> TakeTurnAsync()
    {
        var (before, mine) = (amending, new Turn());
        amending = mine.Over;
        await before;
        try
        {
            await AppendAsync([], clock.GetCurrentInstant());
            return mine;
        }
        catch
        {
            mine.Dispose();
            throw;
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

    /// <summary>A turn to amend; it is over when disposed.</summary>
    private sealed class Turn : IDisposable
    {
        private readonly TaskCompletionSource over = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Over => over.Task;

        public void Dispose() => over.TrySetResult();
    }

    /// <summary>What a rule decided, or what is answered without any.</summary>
    private readonly record struct Verdict(Decision<StockEvent>? Decision, Amended? Done)
    {
        public static implicit operator Verdict(Decision<StockEvent> decision) => new(decision, null);

        public static implicit operator Verdict(Amended done) => new(null, done);
    }
}
