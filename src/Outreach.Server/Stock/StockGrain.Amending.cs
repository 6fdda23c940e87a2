using Outreach.Domain.Encounters;
using Outreach.Domain.Recording;
using Outreach.Domain.Stock;
using Outreach.Server.Encounters;

namespace Outreach.Server.Stock;

/// <summary>Amends what was recorded. One at a time: each reads from the ledger what it decides on.</summary>
internal sealed partial class StockGrain
{
    private Task lastAmendment = Task.CompletedTask;

    public Task<Result<AmendmentResult>> CorrectAsync(Guid encounterId, ChangeRequest change, IncomingEncounter corrected) =>
        AmendAsync(encounterId, change, async history =>
        {
            if (EncounterRules.CheckCanAmend(history, change) is { } answer)
                return answer;

            var said = ApplyCorrection(history.Current!.Encounter, corrected);
            var books = await LoadReferenceDataAsync([said]);
            var shift = EncounterRules.ClockCorrectionFor(history.Current, said.Encounter);
            var reasons = EncounterRules.FindHoldReasons(
                said, books, shift, clock.GetCurrentInstant(), EncounterRules.UnchangedDay(history.Current, said.Encounter));
            return reasons.Count > 0
                ? new AmendmentResult(0, reasons)
                : EncounterRules.Correct(journal.State, history, change, said.Encounter, books);
        });

    public Task<Result<AmendmentResult>> VoidAsync(Guid encounterId, ChangeRequest change) =>
        AmendAsync(encounterId, change, history => Completed(EncounterRules.Void(journal.State, history, change)));

    private static ValueTask<AmendmentDecision> Completed(AmendmentDecision verdict) => ValueTask.FromResult(verdict);

    /// <summary>Reads what is known, decides, appends; the same request again answers with the version of the first.</summary>
    private async Task<Result<AmendmentResult>> AmendAsync(Guid encounterId, ChangeRequest change, Func<EncounterHistory, ValueTask<AmendmentDecision>> decide)
    {
        using var turn = await LockAsync();
        var history = await ReadHistoryAsync(encounterId);
        if (await IsRequestIdTakenAsync(encounterId, change.RequestId))
            return change.RequestIdTaken();

        var verdict = await decide(history);
        if (verdict.Result is not null)
            return verdict.Result;
        if (verdict.Decision!.Refusal is { } refusal)
            return refusal;

        var facts = verdict.Decision.Facts;
        return new AmendmentResult(facts.Count == 0 ? FindRecordedVersion(history, change.RequestId) : await RecordAsync(facts));
    }

    /// <summary>Waits until those who came before have amended, and until all that was appended before is durable, so that it is found.</summary>
    private async Task<LockScope> LockAsync()
    {
        var (before, mine) = (lastAmendment, new LockScope());
        lastAmendment = mine.Released;
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
            var (encounter, request) = IdempotencyKeys.From(facts[i]);
            if (encounter is { } one)
                recentIds.Add(one, journal.Version + 1 + i, now);
            if (request is { } other)
                recentIds.Add(other, journal.Version + 1 + i, now);
        }

        return AppendAsync(facts, now);
    }

    private static long FindRecordedVersion(EncounterHistory history, Guid requestId)
    {
        foreach (var asked in history.AmendmentRequests)
        {
            if (asked.Id == requestId)
                return asked.Version;
        }

        return history.SettledVersion;
    }

    /// <summary>Whether the request's id was used at this site for something else than this encounter.</summary>
    private async Task<bool> IsRequestIdTakenAsync(Guid encounterId, Guid requestId)
    {
        var found = await ledger.FindVersionsAsync(StockStreamDefinition.GetStreamName(SiteKey), [requestId], default);
        if (!found.TryGetValue(requestId, out var versions))
            return false;

        foreach (var fact in (await ReadFactsAsync(versions)).Values)
        {
            var (encounter, request) = IdempotencyKeys.From(fact);
            if (request == requestId && encounter != encounterId)
                return true;
        }

        return false;
    }

    private Task<EncounterHistory> ReadHistoryAsync(Guid encounterId) =>
        ledger.ReadHistoryAsync(family, SiteKey, encounterId, long.MaxValue, default);

    /// <summary>A correction keeps the ids, the device, and the participant where it names none.</summary>
    private static IncomingEncounter ApplyCorrection(Encounter before, IncomingEncounter corrected) => corrected with
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
    private sealed class LockScope : IDisposable
    {
        private readonly TaskCompletionSource released = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Released => released.Task;

        public void Dispose() => released.TrySetResult();
    }

    /// <summary>What a rule decided, or what is answered without any.</summary>
    private readonly record struct AmendmentDecision(Decision<StockEvent>? Decision, AmendmentResult? Result)
    {
        public static implicit operator AmendmentDecision(Decision<StockEvent> decision) => new(decision, null);

        public static implicit operator AmendmentDecision(AmendmentResult done) => new(null, done);
    }
}
