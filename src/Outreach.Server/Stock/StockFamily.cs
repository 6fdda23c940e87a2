using System.Data.Common;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using NodaTime;
using NodaTime.Text;
using Outreach.Domain;
using Outreach.Domain.Stock;
using Outreach.Server.Ledger;

namespace Outreach.Server.Stock;

/// <summary>
/// A stream for each site: what came in and went out, encounters, held records. Also for ids that no site has (yet), and one
/// for records that were sent to what can be no site's id.
/// </summary>
internal sealed class StockFamily : Family<StockState, StockEvent>
{
    /// <summary>What is promised of a lot that came in: to notice when its last day has passed. The key is <see cref="LotKey"/>.</summary>
    public const string LotExpiry = "lot-expiry";

    /// <summary>What is promised of a record that was released to another site: to see it through. The key is its id.</summary>
    public const string HandOver = "hand-over";

    /// <summary>A hand-over that is not through by then was cut off.</summary>
    private static readonly Duration HandOverTakes = Duration.FromSeconds(10);

    private static readonly InstantPattern Moment = InstantPattern.CreateWithInvariantCulture("uuuu-MM-ddTHH:mm:ss.fffffffff'Z'");

    [ThreadStatic]
    private static List<Movement>? moved;

    public override string Name => "stock";

    public override int SnapshotForm => 2;

    public override JsonTypeInfo<StockEvent> FactJson => StockJson.Fact;

    public override JsonTypeInfo<StockState> StateJson => StockJson.State;

    public override IReadOnlyList<View> Views => StockViews.All;

    /// <summary>The name of a site's stream.</summary>
    public static string Stream(string siteId) => "stock/" + siteId;

    /// <summary>The id whose stream keeps what was sent to a site: the site's, or, for what can be no site's id, one that no site can have.</summary>
    public static string KeptAt(string siteId) => ChosenId.IsValid(siteId) ? siteId : StreamName.Nowhere;

    /// <summary>The same of a site that was read; the default where it could not be.</summary>
    public static string KeptAt(Domain.Sites.SiteId site) => site.Value ?? StreamName.Nowhere;

    /// <summary>The number of a day, as views hold it.</summary>
    public static long NumberOf(LocalDate day) => Period.DaysBetween(UnixEpoch, day);

    /// <summary>The number of the day in UTC.</summary>
    public static long NumberOf(Instant moment)
    {
        var (day, within) = Math.DivRem(moment.ToUnixTimeTicks(), NodaConstants.TicksPerDay);
        return within < 0 ? day - 1 : day;
    }

    /// <summary>The first moment of the day in UTC with a number.</summary>
    public static Instant StartOf(long day) => Instant.FromUnixTimeTicks(day * NodaConstants.TicksPerDay);

    /// <summary>A lot, with its last day, as a promise names it: neither ids nor days have slashes.</summary>
    public static string LotKey(StockEvent.LotExpired lot) => $"{lot.Product}/{LocalDatePattern.Iso.Format(lot.ExpiresOn)}/{lot.Lot}";

    /// <summary>The opposite of <see cref="LotKey"/>.</summary>
    public static StockEvent.LotExpired LotOf(string key)
    {
        var parts = key.Split('/', 3);
        return new StockEvent.LotExpired(
            new Domain.Catalog.ProductId(parts[0]), new LotNumber(parts[2]), LocalDatePattern.Iso.Parse(parts[1]).Value);
    }

    public override StockState Empty(string id) => StockState.Empty;

    public override StockState Apply(StockState state, in Recorded<StockEvent> recorded) => state.Apply(recorded.Fact, recorded.RecordedAt);

    public override void Describe(in Recorded<StockEvent> recorded, Effects effects)
    {
        effects.Add(StockViews.StockVersions, new RowKey(recorded.Id), [recorded.Version]);
        AddKeys(recorded.Fact, effects);
        AddMovements(recorded.Id, recorded.Fact, effects);
        switch (recorded.Fact)
        {
            case StockEvent.EncounterLogged logged:
                effects.Occurred(logged.Entry.OccurredAt, logged.Entry.OccurredAt);
                AddFigures(recorded.Id, logged.Entry, 1, effects);
                AddArrival(recorded.Id, logged.Entry.Encounter.Device, logged.Entry.Encounter.Sequence, effects);
                break;
            case StockEvent.StockReceived received:
                effects.Occurred(received.OccurredAt, received.OccurredAt);
                SetLot(recorded, received, effects);
                break;
            case StockEvent.ShortfallSettled settled:
                effects.Occurred(settled.OccurredAt, settled.OccurredAt);
                break;
            case StockEvent.EncounterCorrected corrected:
                effects.Occurred(
                    Instant.Min(corrected.Before.OccurredAt, corrected.After.OccurredAt),
                    Instant.Max(corrected.Before.OccurredAt, corrected.After.OccurredAt));
                AddFigures(recorded.Id, corrected.Before, -1, effects);
                AddFigures(recorded.Id, corrected.After, 1, effects);
                SetAmended(recorded, corrected.Before.Encounter.Id, new AmendedDocument(
                    corrected.Original, corrected.After, false, recorded.Version, Amendments(recorded, corrected.Earlier)), effects);
                break;
            case StockEvent.EncounterVoided voided:
                effects.Occurred(voided.Before.OccurredAt, voided.Before.OccurredAt);
                AddFigures(recorded.Id, voided.Before, -1, effects);
                SetAmended(recorded, voided.Before.Encounter.Id, new AmendedDocument(
                    voided.Original, voided.Before, true, recorded.Version, Amendments(recorded, voided.Earlier)), effects);
                break;
            case StockEvent.LotExpired expired:
                effects.Set(
                    StockViews.Lots,
                    new RowKey(recorded.Id, expired.Product.Value, expired.Lot.Value),
                    "{}",
                    LocalDatePattern.Iso.Format(expired.ExpiresOn),
                    "1");
                effects.Kept(LotExpiry, LotKey(expired));
                break;
            default:
                DescribeHeld(recorded, effects);
                break;
        }
    }

    public override IEnumerable<string> Audit(string id, StockState state, DbConnection views) => StockAudit.Find(id, state, views);

    private static LocalDate UnixEpoch { get; } = new(1970, 1, 1);

    private static void AddKeys(StockEvent fact, Effects effects)
    {
        var (encounter, request) = RecordedIds.Of(fact);
        if (encounter is { } one)
            effects.Key(one);
        if (request is { } other)
            effects.Key(other);
        var said = fact switch
        {
            StockEvent.EncounterLogged logged => logged.Entry.Encounter,
            StockEvent.EncounterCorrected corrected => corrected.After.Encounter,
            StockEvent.EncounterVoided voided => voided.Before.Encounter,
            _ => null,
        };
        if (said?.Participant is { } participant)
            effects.Key(participant.Hash);
    }

    private static void AddMovements(string site, StockEvent fact, Effects effects)
    {
        var movements = moved ??= [];
        movements.Clear();
        Movement.AddOf(fact, movements);
        foreach (var movement in movements)
        {
            var product = movement.Product.Value;
            effects.Add(StockViews.ProgramShelves, new RowKey(product), [movement.Units, movement.Shortfall ? -movement.Units : 0]);
            if (movement.Shortfall)
                effects.Add(StockViews.Shortfalls, new RowKey(site, product), [-movement.Units]);
            else
                effects.Add(StockViews.Shelves, new RowKey(site, product, movement.Lot.Value), [movement.Units]);
            var lot = movement.Shortfall ? StockViews.Uncovered : movement.Lot.Value;
            effects.Add(StockViews.LotDays, new RowKey(site, product, lot, NumberOf(movement.OccurredAt)), [movement.Units]);
        }
    }

    private static void AddFigures(string site, Domain.Stock.Entry entry, int sign, Effects effects)
    {
        var day = NumberOf(entry.Day);
        long units = 0, doses = 0, syringes = 0;
        for (var i = 0; i < entry.Issues.Count; i++)
        {
            var (line, issue) = (entry.Encounter.HandedOut[i], entry.Issues[i]);
            long count = line.Units.Units;
            ReadOnlySpan<long> figures = [sign * count, sign * count * issue.Doses, issue.Syringes ? sign * count * issue.Items : 0];
            effects.Add(StockViews.ProductDays, new RowKey(site, line.Product.Value, N: day), figures);
            effects.Add(StockViews.ProgramProductDays, new RowKey(line.Product.Value, N: day), figures);
            units += figures[0];
            doses += figures[1];
            syringes += figures[2];
        }

        var said = entry.Encounter;
        ReadOnlySpan<long> sums =
        [
            sign, sign * (said.Bulk?.People ?? 1), units, doses, sign * (said.Overdose?.Reversals ?? 0), syringes, sign * (said.Returned?.Count ?? 0),
        ];
        effects.Add(StockViews.SiteDays, new RowKey(site, N: day), sums);
        effects.Add(StockViews.ProgramDays, new RowKey("", N: day), sums);
    }

    private static void AddArrival(string site, DeviceId device, long sequence, Effects effects)
    {
        if (device == default || sequence < 1)
            return;

        var (block, bit) = Math.DivRem(sequence - 1, StockViews.NumbersInBlock);
        effects.Add(StockViews.DeviceSequences, new RowKey(device.Value, site, N: block), [1L << (int)bit]);
    }

    private static void SetLot(in Recorded<StockEvent> recorded, StockEvent.StockReceived received, Effects effects)
    {
        var expired = received.ExpiredFrom <= recorded.RecordedAt;
        effects.Set(
            StockViews.Lots,
            new RowKey(recorded.Id, received.Product.Value, received.Lot.Value),
            "{}",
            received.ExpiresOn is { } day ? LocalDatePattern.Iso.Format(day) : "",
            expired ? "1" : "");
        if (received is not { ExpiresOn: { } last, ExpiredFrom: { } from })
            return;

        var key = LotKey(new StockEvent.LotExpired(received.Product, received.Lot, last));
        if (expired)
            effects.Kept(LotExpiry, key); // An earlier receipt may have promised it.
        else
            effects.Promise(LotExpiry, key, from);
    }

    private static Few<Amendment> Amendments(in Recorded<StockEvent> recorded, Few<Amendment> earlier) =>
        earlier.With(EncounterHistory.AmendmentOf(recorded.Fact, recorded.RecordedAt)!);

    private static void SetAmended(in Recorded<StockEvent> recorded, Guid encounter, AmendedDocument document, Effects effects) =>
        effects.Set(
            StockViews.Amendments,
            new RowKey(recorded.Id, encounter.ToString()),
            JsonSerializer.Serialize(document, StockJson.Amended));

    private static void DescribeHeld(in Recorded<StockEvent> recorded, Effects effects)
    {
        switch (recorded.Fact)
        {
            case StockEvent.EncounterHeld held:
                AddArrival(recorded.Id, held.Record.Device, held.Record.Sequence, effects);
                SetHeld(recorded, HeldIs.Waiting, new HeldDocument(held.Record, recorded.RecordedAt), effects);
                break;
            case StockEvent.HeldReleased released:
                SetHeld(recorded, HeldIs.Released, new HeldDocument(
                    released.Record, released.HeldAt, recorded.RecordedAt, released.Release.Actor, released.Release.Reason.Text), effects);
                if (released.Site.Value != recorded.Id)
                    effects.Kept(HandOver, released.Record.EncounterId.ToString());
                break;
            case StockEvent.HandOverBegun begun:
                SetHeld(recorded, HeldIs.Waiting, new HeldDocument(
                    begun.Record, begun.HeldAt, null, begun.Release.Actor, begun.Release.Reason.Text, begun.Said.Site), effects);
                effects.Promise(HandOver, begun.Record.EncounterId.ToString(), recorded.RecordedAt + HandOverTakes);
                break;
            case StockEvent.HandOverRefused refused:
                SetHeld(recorded, HeldIs.Waiting, new HeldDocument(refused.Record, refused.HeldAt), effects);
                effects.Kept(HandOver, refused.Record.EncounterId.ToString());
                break;
            case StockEvent.HeldDropped dropped:
                SetHeld(recorded, HeldIs.Dropped, new HeldDocument(
                    dropped.Record, dropped.HeldAt, recorded.RecordedAt, dropped.Actor, dropped.Reason.Text), effects);
                break;
        }
    }

    private static void SetHeld(in Recorded<StockEvent> recorded, HeldIs state, HeldDocument document, Effects effects) =>
        effects.Set(
            StockViews.Held,
            new RowKey(recorded.Id, document.Record.EncounterId.ToString()),
            JsonSerializer.Serialize(document, StockJson.Held),
            state.ToString(),
            Moment.Format(document.HeldAt));
}
