using System.Text.Json;
using NodaTime;
using NodaTime.Text;
using Outreach.Domain.Encounters;
using Outreach.Domain.Stock;
using Outreach.Server.Ledger;

namespace Outreach.Server.Encounters;

/// <summary>Projects events into the views of encounters, using the abstract members of the events.</summary>
internal static class EncounterProjection
{
    /// <summary>The promise to finish a hand-over that a site has begun. Its key is the id of the record.</summary>
    public const string HandOverPromise = "hand-over";

    /// <summary>The time after which an unfinished hand-over counts as interrupted.</summary>
    private static readonly Duration HandOverTimeout = Duration.FromSeconds(10);

    private static readonly InstantPattern SortableInstant = InstantPattern.CreateWithInvariantCulture("uuuu-MM-ddTHH:mm:ss.fffffffff'Z'");

    public static void Project(in RecordedFact<StockEvent> recorded, Effects effects)
    {
        if (recorded.Fact is not EncounterEvent fact)
            return;

        if (fact is EncounterEvent.CountingEvent counted)
            ProjectCountChange(recorded, counted, effects);
        else
            ProjectHeldChange(recorded, (EncounterEvent.HeldRecordEvent)fact, effects);
        if (fact.GetArrival() is { } arrival)
            AddArrival(recorded.StreamId, arrival, effects);
    }

    private static void ProjectCountChange(in RecordedFact<StockEvent> recorded, EncounterEvent.CountingEvent fact, Effects effects)
    {
        var (removed, added) = (fact.GetRemoved(), fact.GetAdded());
        if ((added ?? removed)!.Encounter.Participant is { } participant)
            effects.AddKey(participant.Hash);
        if (removed is not null)
            FigureProjection.Add(recorded.StreamId, removed, -1, effects);
        if (added is not null)
            FigureProjection.Add(recorded.StreamId, added, 1, effects);
        if (fact.GetAmended(recorded.RecordedAt) is { } amended)
            SetAmended(recorded, amended, effects);
    }

    private static void SetAmended(in RecordedFact<StockEvent> recorded, AmendedEncounter amended, Effects effects)
    {
        var document = new AmendedDocument(amended.Original, amended.Current, amended.Voided, recorded.Version, amended.Amendments);
        effects.Set(
            EncounterViews.Amendments,
            new RowKey(recorded.StreamId, amended.Current.Encounter.Id.ToString()),
            JsonSerializer.Serialize(document, EncounterJson.Amended));
    }

    private static void ProjectHeldChange(in RecordedFact<StockEvent> recorded, EncounterEvent.HeldRecordEvent fact, Effects effects)
    {
        var status = fact.GetStatus(recorded.RecordedAt);
        var id = status.Record.EncounterId.ToString();
        effects.Set(
            EncounterViews.Held,
            new RowKey(recorded.StreamId, id),
            JsonSerializer.Serialize(HeldDocument.From(status), EncounterJson.Held),
            status.State.ToString(),
            SortableInstant.Format(status.HeldAt));
        if (status.HandOver == HandOverStep.Begun)
            effects.Promise(HandOverPromise, id, recorded.RecordedAt + HandOverTimeout);
        else if (status.HandOver == HandOverStep.Ended)
            effects.PromiseDone(HandOverPromise, id);
    }

    private static void AddArrival(string site, in DeviceArrival arrival, Effects effects)
    {
        var (block, bit) = Math.DivRem(arrival.Sequence - 1, EncounterViews.NumbersInBlock);
        effects.Add(EncounterViews.DeviceSequences, new RowKey(arrival.Device.Value, site, Number: block), [1L << (int)bit]);
    }
}
