using Orleans.Concurrency;
using Outreach.Domain;
using Outreach.Domain.Encounters;
using Outreach.Domain.Recording;
using Outreach.Server.Stock;

namespace Outreach.Server.Encounters;

/// <summary>
/// The only writer of a site's encounters, which are in the same stream as its stock. One more grain is for invalid site ids.
/// The key is the result of <see cref="StockStreamDefinition.StreamIdFor(string)"/>.
/// </summary>
/// <inheritdoc cref="IStockGrain" path="/remarks"/>
public interface IEncounterGrain : IGrainWithStringKey
{
    /// <summary>Records or holds each record of a batch and returns the results, in order.</summary>
    [AlwaysInterleave]
    Task<EquatableList<RecordResult>> LogAsync(EncounterBatch batch);

    /// <summary>Replaces the content of an encounter by <see cref="EncounterRules.Correct"/>.</summary>
    /// <param name="corrected">The new content; if it has no participant, the recorded one stays.</param>
    [AlwaysInterleave]
    Task<Result<AmendmentResult>> CorrectAsync(Guid encounterId, ChangeRequest change, IncomingEncounter corrected);

    /// <summary>Voids an encounter by <see cref="EncounterRules.Void"/>.</summary>
    [AlwaysInterleave]
    Task<Result<AmendmentResult>> VoidAsync(Guid encounterId, ChangeRequest change);

    /// <summary>
    /// Releases a held record: at this site by <see cref="HeldRecordRules.Release"/>, or at another site by a hand-over, which a
    /// repeated request or its promise continues if it was interrupted.
    /// </summary>
    /// <param name="held">The held record as it was sent; null if there is none.</param>
    /// <param name="corrected">The corrected record, with the ids and device of the held record; null to record it as it was sent.</param>
    [AlwaysInterleave]
    Task<Result<RecordResult>> ReleaseAsync(Guid encounterId, ChangeRequest change, IncomingEncounter? held, IncomingEncounter? corrected);

    /// <summary>
    /// Records an encounter that another site released to this one. Refused, in this order: ENCOUNTER_ID_TAKEN if another
    /// record here has its id; as <see cref="HeldRecordRules.CheckCanRelease"/>.
    /// </summary>
    /// <param name="released">A batch with this one record.</param>
    [AlwaysInterleave]
    Task<Result<RecordResult>> TakeOverAsync(EncounterBatch released, HeldRecordRelease release);

    /// <summary>Finishes a hand-over. Changes nothing if it has ended or was never begun.</summary>
    [AlwaysInterleave]
    Task ResumeHandOverAsync(Guid encounterId);

    /// <summary>Decides that a held record will not count, by <see cref="HeldRecordRules.Drop"/>.</summary>
    [AlwaysInterleave]
    Task<Result<AmendmentResult>> DropAsync(Guid encounterId, ChangeRequest change);
}
