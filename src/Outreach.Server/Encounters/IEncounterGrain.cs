using Orleans.Concurrency;
using Outreach.Domain;
using Outreach.Domain.Encounters;
using Outreach.Domain.Recording;
using Outreach.Server.Stock;

namespace Outreach.Server.Encounters;

/// <summary>
/// The only writer of a site's encounters, which are in the same stream as its stock. There is one also for ids that no site has;
/// its key is as <see cref="StockStreamDefinition.StreamIdFor(string)"/> returns it.
/// </summary>
/// <inheritdoc cref="IStockGrain" path="/remarks"/>
public interface IEncounterGrain : IGrainWithStringKey
{
    /// <summary>Records what was sent, or holds it; an answer for each, in order.</summary>
    [AlwaysInterleave]
    Task<EquatableList<RecordResult>> LogAsync(EncounterBatch batch);

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
    /// <param name="held">The held record as it was sent, read again; null where none was found.</param>
    /// <param name="corrected">What it should say, with the ids and the device of what is held; null: as it was sent.</param>
    [AlwaysInterleave]
    Task<Result<RecordResult>> ReleaseAsync(Guid encounterId, ChangeRequest change, IncomingEncounter? held, IncomingEncounter? corrected);

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

    /// <summary>Decides that a held record is not to be counted, as <see cref="HeldRules.Drop"/>.</summary>
    [AlwaysInterleave]
    Task<Result<AmendmentResult>> DropAsync(Guid encounterId, ChangeRequest change);
}
