using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Outreach.Domain;
using Outreach.Domain.Encounters;
using Outreach.Domain.Stock;
using Outreach.Server.Ledger;
using Outreach.Server.Ledger.Stores;
using Outreach.Server.Recording;
using Outreach.Server.Rpc;
using Outreach.Server.Stock;
using Wire = Outreach.Protocol.Encounters.V1;

namespace Outreach.Server.Encounters;

/// <summary>Reads the current content of encounters, latest recorded first, from the ledger and the view of changed encounters.</summary>
/// <remarks>
/// An encounter is listed at the position where it was first recorded. If that is outside the days of the filter and a
/// correction moved it inside, it is listed at the position of its last change. In both cases it is listed once.
/// </remarks>
internal sealed class EncounterQueries(ILedger ledger, StockStreamDefinition definition)
{
    /// <summary>The maximum number of events that one page reads, so a page can be short if few of them match.</summary>
    private const int MaxFacts = 20_000;

    private const int VersionsPerRead = 50;

    /// <summary>The encounter at a version of its site's stream; null if it is not recorded.</summary>
    public async Task<Wire.RecordedEncounter?> FindAsync(string site, Guid id, long atVersion, Viewer viewer, CancellationToken cancel)
    {
        var history = await ledger.ReadHistoryAsync(definition, site, id, atVersion, cancel);
        return history.Current is null ? null : ToWire(history.Original, history.Current, history.Voided, history.Amendments, await viewer.GetVisibilityAsync(site));
    }

    /// <summary>A page of encounters.</summary>
    /// <param name="filter">The filter.</param>
    /// <param name="viewer">The caller.</param>
    /// <param name="cancel">Cancels the query.</param>
    public async Task<Wire.ListEncountersResponse> ListAsync(EncounterFilter filter, Viewer viewer, CancellationToken cancel)
    {
        var response = new Wire.ListEncountersResponse();
        var count = 0;
        await foreach (var (place, taken, visibility, recorded, amended) in ReadFactsAsync(filter, viewer, cancel))
        {
            if (visibility.CanSee && ToWireOrNull(recorded, filter, amended, visibility) is { } encounter)
            {
                if (response.Encounters.Count == filter.Page.Size)
                    return WithToken(response, filter, place, taken - 1);
                response.Encounters.Add(encounter);
            }

            if (++count >= MaxFacts)
                return WithToken(response, filter, place, taken);
        }

        return response;
    }

    /// <summary>
    /// Reads the events after those of the previous page, latest first, each with its place, the number of events of that
    /// place that are consumed with it, its visibility, and the changes of the encounters around it.
    /// </summary>
    private async IAsyncEnumerable<(long Place, int Taken, Visibility Visibility, RecordedFact<StockEvent> Fact, Dictionary<(string Site, Guid Id), AmendedDocument> Amended)> ReadFactsAsync(
        EncounterFilter filter, Viewer viewer, [EnumeratorCancellation] CancellationToken cancel)
    {
        var (last, had) = PageCursor.Parse(filter.Page);
        var (place, taken) = (0L, 0);
        await foreach (var (position, run) in ReadRunsAsync(filter, last, cancel))
        {
            // A run is of one site.
            var visibility = await viewer.GetVisibilityAsync(run[0].StreamId);
            var amended = visibility.CanSee ? await ReadAmendedAsync(run, cancel) : [];
            foreach (var recorded in RecordedFactQueries.LatestFirst(run))
            {
                var at = filter.Site.Length == 0 ? position : recorded.Version;
                (place, taken) = (at, at == place ? taken + 1 : 1);
                // A place is read again from its beginning, and events of the previous page are skipped.
                if (last == 0 || place < last || (place == last && taken > had))
                    yield return (place, taken, visibility, recorded, amended);
            }
        }
    }

    /// <summary>
    /// Reads runs of events, latest first, beginning with the complete run in which the previous page ended. A place is a
    /// position in the ledger if the filter is for all sites, and a version if it is for one.
    /// </summary>
    private IAsyncEnumerable<(long Position, IReadOnlyList<RecordedFact<StockEvent>> Facts)> ReadRunsAsync(
        EncounterFilter filter, long last, CancellationToken cancel)
    {
        var below = last == 0 ? long.MaxValue : last + 1;
        if (filter.Site.Length == 0)
            return ledger.ReadCategoryBackwardsAsync(definition, below, cancel);
        return filter.Participant is null ? ReadSiteAsync(filter, below, cancel) : ReadParticipantAsync(filter, below, cancel);
    }

    private async IAsyncEnumerable<(long Position, IReadOnlyList<RecordedFact<StockEvent>> Facts)> ReadSiteAsync(
        EncounterFilter filter, long below, [EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var run in ledger.ReadBackwardsAsync(definition, filter.Site, below, filter.From, filter.To, skipDamaged: true, cancel))
            yield return (0, run);
    }

    private async IAsyncEnumerable<(long Position, IReadOnlyList<RecordedFact<StockEvent>> Facts)> ReadParticipantAsync(
        EncounterFilter filter, long below, [EnumeratorCancellation] CancellationToken cancel)
    {
        var key = filter.Participant!.Value.Hash;
        var found = await ledger.FindVersionsAsync(StockStreamDefinition.GetStreamName(filter.Site), [key], cancel);
        foreach (var versions in found.GetValueOrDefault(key, []).Where(version => version < below).OrderDescending().Chunk(VersionsPerRead))
        {
            var run = new List<RecordedFact<StockEvent>>(versions.Length);
            await foreach (var recorded in ledger.ReadVersionsAsync(definition, filter.Site, versions, cancel))
                run.Add(recorded);

            yield return (0, run);
        }
    }

    private static Wire.RecordedEncounter? ToWireOrNull(
        in RecordedFact<StockEvent> recorded, EncounterFilter filter, Dictionary<(string Site, Guid Id), AmendedDocument> amended, Visibility visibility)
    {
        if (recorded.Fact.GetIdempotencyKeys().Record is not { } id)
            return null;

        if (!amended.TryGetValue((recorded.StreamId, id), out var changed))
            return recorded.Fact is EncounterEvent.EncounterLogged logged && filter.Includes(logged.Counted, false, visibility.Redact(logged.By))
                ? ToWire(new OriginalRecording(recorded.Version, recorded.RecordedAt, default, logged.By), logged.Counted, false, [], visibility)
                : null;

        var place = IsListedWhereRecorded(changed, filter) ? changed.Original.Version : changed.Version;
        return recorded.Version == place && filter.Includes(changed.Current, changed.Voided, visibility.Redact(changed.Original.By))
            ? ToWire(changed.Original, changed.Current, changed.Voided, changed.Amendments, visibility)
            : null;
    }

    private static Wire.RecordedEncounter ToWire(in OriginalRecording original, CountedEncounter current, bool voided, EquatableList<Amendment> amendments, Visibility visibility) =>
        EncounterWire.ToWire(original with { By = visibility.Redact(original.By) }, current, voided, amendments);

    /// <summary>True if the events that are read certainly include the one that first recorded the encounter.</summary>
    private static bool IsListedWhereRecorded(AmendedDocument changed, EncounterFilter filter) =>
        filter.Site.Length == 0
        || (filter.Participant is null
            ? filter.MayInclude(changed.Original.OccurredAt)
            : changed.Amendments[0].Before.Participant == filter.Participant);

    private async Task<Dictionary<(string Site, Guid Id), AmendedDocument>> ReadAmendedAsync(
        IReadOnlyList<RecordedFact<StockEvent>> run, CancellationToken cancel)
    {
        var found = new Dictionary<(string Site, Guid Id), AmendedDocument>();
        var ids = run.Select(recorded => (recorded.StreamId, Encounter: recorded.Fact.GetIdempotencyKeys().Record))
            .Where(key => key.Encounter is not null).Select(key => (Site: key.StreamId, Id: key.Encounter!.Value)).Distinct();
        await using var views = await ledger.OpenViewsAsync(cancel);
        foreach (var chunk in ids.Chunk(200))
        {
            var names = string.Join(", ", chunk.Select((_, i) => $"@id{i}"));
            (string, object)[] parameters = [("@site", chunk[0].Site), .. chunk.Select((key, i) => ($"@id{i}", (object)key.Id.ToString()))];
            await using var query = views.CreateCommand(
                $"SELECT encounter_id, doc FROM amendments WHERE site_id = @site AND encounter_id IN ({names})", parameters);
            await using var rows = await query.ExecuteReaderAsync(cancel);
            while (await rows.ReadAsync(cancel))
                found[(chunk[0].Site, Guid.Parse(rows.GetString(0)))] = JsonSerializer.Deserialize(rows.GetString(1), EncounterJson.Amended)!;
        }

        return found;
    }

    private static Wire.ListEncountersResponse WithToken(Wire.ListEncountersResponse response, EncounterFilter filter, long place, int count)
    {
        response.NextPageToken = Paging.CreateToken(
            filter.TokenScope, place.ToString(CultureInfo.InvariantCulture), count.ToString(CultureInfo.InvariantCulture));
        return response;
    }
}
