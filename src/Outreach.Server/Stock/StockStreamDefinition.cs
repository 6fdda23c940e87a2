using System.Data.Common;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using NodaTime;
using NodaTime.Text;
using Outreach.Domain;
using Outreach.Domain.Encounters;
using Outreach.Domain.Stock;
using Outreach.Server.Ledger;

namespace Outreach.Server.Stock;

/// <summary>
/// A stream for each site: what came in and went out, encounters, held records. Also for ids that no site has (yet), and one
/// for records that were sent to what can be no site's id.
/// </summary>
internal sealed class StockStreamDefinition : StreamDefinition<StockState, StockEvent>
{
    /// <summary>What is promised of a lot that came in: to notice when its last day has passed. The key is <see cref="FormatLotKey"/>.</summary>
    public const string LotExpiry = "lot-expiry";

    /// <summary>What is promised of a record that was released to another site: to see it through. The key is its id.</summary>
    public const string HandOver = "hand-over";

    /// <summary>A hand-over that is not through by then was cut off.</summary>
    private static readonly Duration HandOverTimeout = Duration.FromSeconds(10);

    private static readonly InstantPattern SortableInstant = InstantPattern.CreateWithInvariantCulture("uuuu-MM-ddTHH:mm:ss.fffffffff'Z'");

    [ThreadStatic]
    private static List<Movement>? moved;

    public override string Category => "stock";

    public override int SnapshotSchemaVersion => 2;

    public override JsonTypeInfo<StockEvent> FactJson => StockJson.Fact;

    public override JsonTypeInfo<StockState> StateJson => StockJson.State;

    public override IReadOnlyList<View> Views => StockViews.All;

    /// <summary>The name of a site's stream.</summary>
    public static string GetStreamName(string siteId) => "stock/" + siteId;

    /// <summary>The id whose stream keeps what was sent to a site: the site's, or, for what can be no site's id, one that no site can have.</summary>
    public static string StreamIdFor(string siteId) => Slug.IsValid(siteId) ? siteId : StreamName.UnassignedId;

    /// <summary>The same of a site that was read; the default where it could not be.</summary>
    public static string StreamIdFor(Domain.Sites.SiteId site) => site.Value ?? StreamName.UnassignedId;

    /// <summary>The number of a day, as views hold it.</summary>
    public static long ToDayNumber(LocalDate day) => Period.DaysBetween(UnixEpoch, day);

    /// <summary>The number of the day in UTC.</summary>
    public static long ToDayNumber(Instant moment)
    {
        var (day, within) = Math.DivRem(moment.ToUnixTimeTicks(), NodaConstants.TicksPerDay);
        return within < 0 ? day - 1 : day;
    }

    /// <summary>The first moment of the day in UTC with a number.</summary>
    public static Instant StartOfDay(long day) => Instant.FromUnixTimeTicks(day * NodaConstants.TicksPerDay);

    /// <summary>A lot, with its last day, as a promise names it: neither ids nor days have slashes.</summary>
    public static string FormatLotKey(StockEvent.LotExpired lot) => $"{lot.Product}/{LocalDatePattern.Iso.Format(lot.ExpiresOn)}/{lot.Lot}";

    /// <summary>The opposite of <see cref="FormatLotKey"/>.</summary>
    public static StockEvent.LotExpired ParseLotKey(string key)
    {
        var parts = key.Split('/', 3);
        return new StockEvent.LotExpired(
            new Domain.Catalog.ProductId(parts[0]), new LotNumber(parts[2]), LocalDatePattern.Iso.Parse(parts[1]).Value);
    }

    public override StockState CreateInitialState(string id) => StockState.Empty;

    public override StockState Apply(StockState state, in RecordedFact<StockEvent> recorded) => state.Apply(recorded.Fact, recorded.RecordedAt);

    public override void Project(in RecordedFact<StockEvent> recorded, Effects effects)
    {
        effects.Add(StockViews.StockVersions, new RowKey(recorded.StreamId), [recorded.Version]);
        AddIndexKeys(recorded.Fact, effects);
        AddMovements(recorded.StreamId, recorded.Fact, effects);
        switch (recorded.Fact)
        {
            case StockEvent.EncounterLogged logged:
                effects.SetOccurred(logged.Counted.OccurredAt, logged.Counted.OccurredAt);
                AddFigures(recorded.StreamId, logged.Counted, 1, effects);
                AddArrival(recorded.StreamId, logged.Counted.Encounter.Device, logged.Counted.Encounter.Sequence, effects);
                break;
            case StockEvent.StockReceived received:
                effects.SetOccurred(received.OccurredAt, received.OccurredAt);
                SetLot(recorded, received, effects);
                break;
            case StockEvent.ShortfallSettled settled:
                effects.SetOccurred(settled.OccurredAt, settled.OccurredAt);
                break;
            case StockEvent.EncounterCorrected corrected:
                effects.SetOccurred(
                    Instant.Min(corrected.Before.OccurredAt, corrected.After.OccurredAt),
                    Instant.Max(corrected.Before.OccurredAt, corrected.After.OccurredAt));
                AddFigures(recorded.StreamId, corrected.Before, -1, effects);
                AddFigures(recorded.StreamId, corrected.After, 1, effects);
                SetAmended(recorded, corrected.Before.Encounter.Id, new AmendedDocument(
                    corrected.Original, corrected.After, false, recorded.Version, AllAmendments(recorded, corrected.Earlier)), effects);
                break;
            case StockEvent.EncounterVoided voided:
                effects.SetOccurred(voided.Before.OccurredAt, voided.Before.OccurredAt);
                AddFigures(recorded.StreamId, voided.Before, -1, effects);
                SetAmended(recorded, voided.Before.Encounter.Id, new AmendedDocument(
                    voided.Original, voided.Before, true, recorded.Version, AllAmendments(recorded, voided.Earlier)), effects);
                break;
            case StockEvent.LotExpired expired:
                effects.Set(
                    StockViews.Lots,
                    new RowKey(recorded.StreamId, expired.Product.Value, expired.Lot.Value),
                    "{}",
                    LocalDatePattern.Iso.Format(expired.ExpiresOn),
                    "1");
                effects.PromiseDone(LotExpiry, FormatLotKey(expired));
                break;
            default:
                ProjectHeld(recorded, effects);
                break;
        }
    }

    public override IEnumerable<string> FindInconsistencies(string id, StockState state, DbConnection views) => StockReconciliation.FindDiscrepancies(id, state, views);

    private static LocalDate UnixEpoch { get; } = new(1970, 1, 1);

    private static void AddIndexKeys(StockEvent fact, Effects effects)
    {
        var (encounter, request) = IdempotencyKeys.From(fact);
        if (encounter is { } one)
            effects.AddKey(one);
        if (request is { } other)
            effects.AddKey(other);
        var said = fact switch
        {
            StockEvent.EncounterLogged logged => logged.Counted.Encounter,
            StockEvent.EncounterCorrected corrected => corrected.After.Encounter,
            StockEvent.EncounterVoided voided => voided.Before.Encounter,
            _ => null,
        };
        if (said?.Participant is { } participant)
            effects.AddKey(participant.Hash);
    }

    private static void AddMovements(string site, StockEvent fact, Effects effects)
    {
        var movements = moved ??= [];
        movements.Clear();
        Movement.AddFrom(fact, movements);
        foreach (var movement in movements)
        {
            var product = movement.Product.Value;
            effects.Add(StockViews.ProgramShelves, new RowKey(product), [movement.Units, movement.IsShortfall ? -movement.Units : 0]);
            if (movement.IsShortfall)
                effects.Add(StockViews.Shortfalls, new RowKey(site, product), [-movement.Units]);
            else
                effects.Add(StockViews.Shelves, new RowKey(site, product, movement.Lot.Value), [movement.Units]);
            var lot = movement.IsShortfall ? StockViews.ShortfallLot : movement.Lot.Value;
            effects.Add(StockViews.LotDays, new RowKey(site, product, lot, ToDayNumber(movement.OccurredAt)), [movement.Units]);
        }
    }

    private static void AddFigures(string site, Domain.Encounters.CountedEncounter entry, int sign, Effects effects)
    {
        var day = ToDayNumber(entry.Day);
        long units = 0, doses = 0, syringes = 0;
        for (var i = 0; i < entry.Allocations.Count; i++)
        {
            var (line, issue) = (entry.Encounter.HandedOut[i], entry.Allocations[i]);
            long count = line.Units.Units;
            ReadOnlySpan<long> figures = [sign * count, sign * count * issue.DosesPerUnit, issue.IsSyringes ? sign * count * issue.ItemsPerUnit : 0];
            effects.Add(StockViews.ProductDays, new RowKey(site, line.Product.Value, Number: day), figures);
            effects.Add(StockViews.ProgramProductDays, new RowKey(line.Product.Value, Number: day), figures);
            units += figures[0];
            doses += figures[1];
            syringes += figures[2];
        }

        var said = entry.Encounter;
        ReadOnlySpan<long> sums =
        [
            sign, sign * (said.Bulk?.People ?? 1), units, doses, sign * (said.Overdose?.Reversals ?? 0), syringes, sign * (said.Returned?.Count ?? 0),
        ];
        effects.Add(StockViews.SiteDays, new RowKey(site, Number: day), sums);
        effects.Add(StockViews.ProgramDays, new RowKey("", Number: day), sums);
    }

    private static void AddArrival(string site, DeviceId device, long sequence, Effects effects)
    {
        if (device == default || sequence < 1)
            return;

        var (block, bit) = Math.DivRem(sequence - 1, StockViews.NumbersInBlock);
        effects.Add(StockViews.DeviceSequences, new RowKey(device.Value, site, Number: block), [1L << (int)bit]);
    }

    private static void SetLot(in RecordedFact<StockEvent> recorded, StockEvent.StockReceived received, Effects effects)
    {
        var expired = received.ExpiredFrom <= recorded.RecordedAt;
        effects.Set(
            StockViews.Lots,
            new RowKey(recorded.StreamId, received.Product.Value, received.Lot.Value),
            "{}",
            received.ExpiresOn is { } day ? LocalDatePattern.Iso.Format(day) : "",
            expired ? "1" : "");
        if (received is not { ExpiresOn: { } last, ExpiredFrom: { } from })
            return;

        var key = FormatLotKey(new StockEvent.LotExpired(received.Product, received.Lot, last));
        if (expired)
            effects.PromiseDone(LotExpiry, key); // An earlier receipt may have promised it.
        else
            effects.Promise(LotExpiry, key, from);
    }

    private static EquatableList<Amendment> AllAmendments(in RecordedFact<StockEvent> recorded, EquatableList<Amendment> earlier) =>
        earlier.Add(EncounterHistory.ToAmendment(recorded.Fact, recorded.RecordedAt)!);

    private static void SetAmended(in RecordedFact<StockEvent> recorded, Guid encounter, AmendedDocument document, Effects effects) =>
        effects.Set(
            StockViews.Amendments,
            new RowKey(recorded.StreamId, encounter.ToString()),
            JsonSerializer.Serialize(document, StockJson.Amended));

    private static void ProjectHeld(in RecordedFact<StockEvent> recorded, Effects effects)
    {
        switch (recorded.Fact)
        {
            case StockEvent.EncounterHeld held:
                AddArrival(recorded.StreamId, held.Record.Device, held.Record.Sequence, effects);
                SetHeld(recorded, HeldRecordState.Waiting, new HeldDocument(held.Record, recorded.RecordedAt), effects);
                break;
            case StockEvent.HeldReleased released:
                SetHeld(recorded, HeldRecordState.Released, new HeldDocument(
                    released.Record, released.HeldAt, recorded.RecordedAt, released.Release.Actor, released.Release.Reason.Text), effects);
                if (released.Site.Value != recorded.StreamId)
                    effects.PromiseDone(HandOver, released.Record.EncounterId.ToString());
                break;
            case StockEvent.HandOverBegun begun:
                SetHeld(recorded, HeldRecordState.Waiting, new HeldDocument(
                    begun.Record, begun.HeldAt, null, begun.Release.Actor, begun.Release.Reason.Text, begun.Encounter.Site), effects);
                effects.Promise(HandOver, begun.Record.EncounterId.ToString(), recorded.RecordedAt + HandOverTimeout);
                break;
            case StockEvent.HandOverRefused refused:
                SetHeld(recorded, HeldRecordState.Waiting, new HeldDocument(refused.Record, refused.HeldAt), effects);
                effects.PromiseDone(HandOver, refused.Record.EncounterId.ToString());
                break;
            case StockEvent.HeldDropped dropped:
                SetHeld(recorded, HeldRecordState.Dropped, new HeldDocument(
                    dropped.Record, dropped.HeldAt, recorded.RecordedAt, dropped.Actor, dropped.Reason.Text), effects);
                break;
        }
    }

    private static void SetHeld(in RecordedFact<StockEvent> recorded, HeldRecordState state, HeldDocument document, Effects effects) =>
        effects.Set(
            StockViews.Held,
            new RowKey(recorded.StreamId, document.Record.EncounterId.ToString()),
            JsonSerializer.Serialize(document, StockJson.Held),
            state.ToString(),
            SortableInstant.Format(document.HeldAt));
}
