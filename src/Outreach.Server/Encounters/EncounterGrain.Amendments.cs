using Outreach.Domain.Encounters;
using Outreach.Domain.Recording;
using Outreach.Domain.Stock;
using Outreach.Server.Recording;

namespace Outreach.Server.Encounters;

/// <summary>Corrects and voids encounters, one at a time, because each decision needs the history from the ledger.</summary>
internal sealed partial class EncounterGrain
{
    private readonly AsyncLock amending = new();

    public Task<Result<AmendmentResult>> CorrectAsync(Guid encounterId, ChangeRequest change, IncomingEncounter corrected) =>
        AmendAsync(encounterId, change, async history =>
        {
            if (EncounterRules.CheckCanAmend(history, change) is { } answer)
                return answer;

            var current = history.Current!;
            var incoming = ApplyCorrection(current.Encounter, corrected);
            var referenceData = await LoadReferenceDataAsync([incoming], StreamId);
            var clockCorrection = EncounterRules.ClockCorrectionFor(current, incoming.Encounter);
            var reasons = EncounterRules.FindHoldReasons(
                incoming, referenceData, clockCorrection, Now, EncounterRules.UnchangedDay(current, incoming.Encounter));
            return reasons.Count > 0
                ? new AmendmentResult(0, reasons)
                : EncounterRules.Correct(State, history, change, incoming.Encounter, referenceData);
        });

    public Task<Result<AmendmentResult>> VoidAsync(Guid encounterId, ChangeRequest change) =>
        AmendAsync(encounterId, change, history => Completed(EncounterRules.Void(State, history, change)));

    private static ValueTask<AmendmentDecision> Completed(AmendmentDecision decision) => ValueTask.FromResult(decision);

    /// <summary>Reads the history, decides and appends. A repeated request returns the version of the first.</summary>
    private async Task<Result<AmendmentResult>> AmendAsync(
        Guid encounterId, ChangeRequest change, Func<EncounterHistory, ValueTask<AmendmentDecision>> decide)
    {
        using var turn = await BeginAmendmentAsync();
        var history = await ReadHistoryAsync(encounterId);
        if (await IsRequestIdTakenAsync(change.RequestId, encounterId))
            return change.RequestIdTaken();

        var (decision, result) = await decide(history);
        if (result is not null)
            return result;
        if (decision!.Refusal is { } refusal)
            return refusal;
        return new AmendmentResult(
            decision.Facts.Count == 0 ? FindRecordedVersion(history, change.RequestId) : await AppendAsync(decision.Facts));
    }

    /// <summary>Waits for earlier amendments, and until everything appended so far can be found in the ledger.</summary>
    private async Task<IDisposable> BeginAmendmentAsync()
    {
        var turn = await amending.AcquireAsync();
        try
        {
            await AppendAsync([]);
            return turn;
        }
        catch
        {
            turn.Dispose();
            throw;
        }
    }

    private static long FindRecordedVersion(EncounterHistory history, Guid requestId)
    {
        foreach (var request in history.AmendmentRequests)
        {
            if (request.Id == requestId)
                return request.Version;
        }

        return history.SettledVersion;
    }

    private Task<EncounterHistory> ReadHistoryAsync(Guid encounterId) =>
        Ledger.ReadHistoryAsync(Definition, StreamId, encounterId, long.MaxValue, default);

    /// <summary>Copies the ids and the device of the recorded encounter, and its participant if the correction has none.</summary>
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

    /// <summary>The decision of a rule, or a result that needs no rule.</summary>
    private readonly record struct AmendmentDecision(Decision<StockEvent>? Decision, AmendmentResult? Result)
    {
        public static implicit operator AmendmentDecision(Decision<StockEvent> decision) => new(decision, null);

        public static implicit operator AmendmentDecision(AmendmentResult result) => new(null, result);
    }
}
