using Orleans.Concurrency;
using Outreach.Domain;
using Outreach.Domain.Encounters;
using Outreach.Domain.Recording;
using Outreach.Domain.Stock;

namespace Outreach.Server.Stock;

/// <summary>The one writer of a site's stock and records; its key is the site's id. There is one also for ids that no site has, as <see cref="StockStreamDefinition.StreamIdFor(string)"/> tells.</summary>
/// <remarks>
/// Every answer leaves only after what it tells is durable. Calls interleave: many decide while one commit is under way.
/// Every call can be repeated: the same request again answers as the first time.
/// </remarks>
public interface IStockGrain : IGrainWithStringKey
{
    /// <summary>Records what was sent, or holds it; an answer for each, in order.</summary>
    [AlwaysInterleave]
    Task<EquatableList<RecordResult>> LogAsync(EncounterBatch batch);

    /// <summary>Takes in stock. NOT_FOUND for a site or product that is unknown; else as <see cref="StockRules.Receive"/>.</summary>
    [AlwaysInterleave]
    Task<Result<ReceiptResult>> ReceiveAsync(Receipt receipt);

    /// <summary>What was answered to a request that took in stock. In order: RECEIPT_NOT_FOUND, REQUEST_ID_TAKEN.</summary>
    [AlwaysInterleave]
    Task<Result<ReceiptResult>> FindReceiptAsync(Guid requestId, ContentHash content);

    /// <summary>Explains a shortfall. NOT_FOUND for a site or product that is unknown; else as <see cref="StockRules.Settle"/>.</summary>
    [AlwaysInterleave]
    Task<Result<ReceiptResult>> SettleAsync(Settlement settlement);

    /// <summary>Replaces what an encounter says, as <see cref="EncounterRules.Correct"/>.</summary>
    /// <param name="corrected">Without a participant: the one that is there stays.</param>
    [AlwaysInterleave]
    Task<Result<AmendmentResult>> CorrectAsync(Guid encounterId, ChangeRequest change, IncomingEncounter corrected);

    /// <summary>Makes an encounter count no longer, as <see cref="EncounterRules.Void"/>.</summary>
    [AlwaysInterleave]
    Task<Result<AmendmentResult>> VoidAsync(Guid encounterId, ChangeRequest change);

    /// <summary>
    /// Lets a held record count, here as <see cref="HeldRules.Release"/>, or at another site: that is begun here, done there,
    /// and noted here, and where it is cut off between, the same request or the promise that it made sees it through.
    /// </summary>
    /// <param name="corrected">What it should say; null: as it was sent.</param>
    [AlwaysInterleave]
    Task<Result<RecordResult>> ReleaseAsync(Guid encounterId, ChangeRequest change, IncomingEncounter? corrected);

    /// <summary>
    /// Records what another site held and released to this one. In order: ENCOUNTER_ID_TAKEN, where another record is here
    /// under its id; as <see cref="HeldRules.CheckCanRelease"/>.
    /// </summary>
    /// <param name="released">The one record.</param>
    [AlwaysInterleave]
    Task<Result<RecordResult>> TakeOverAsync(EncounterBatch released, Release release);

    /// <summary>Sees a hand-over through that was begun; one that is through, or was never begun, changes nothing.</summary>
    [AlwaysInterleave]
    Task ResumeHandOverAsync(Guid encounterId);

    /// <summary>Notes that the last day of a lot has passed, as <see cref="StockRules.Expire"/>.</summary>
    [AlwaysInterleave]
    Task ExpireAsync(StockEvent.LotExpired lot);

    /// <summary>Decides that a held record is not to be counted, as <see cref="HeldRules.Drop"/>.</summary>
    [AlwaysInterleave]
    Task<Result<AmendmentResult>> DropAsync(Guid encounterId, ChangeRequest change);
}
