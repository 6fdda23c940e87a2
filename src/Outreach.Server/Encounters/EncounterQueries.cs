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

/// <summary>Reads encounters as they stand, latest recorded first, from the ledger and the view of what was changed.</summary>
/// <remarks>
/// An encounter is shown where it was recorded. Where that lies outside the days asked for and a correction moved it in,
/// it is shown where it was changed last. Either way once.
/// </remarks>
internal sealed class EncounterQueries(ILedger ledger, StockStreamDefinition family)
{
    /// <summary>Facts that one page looks at, at most: a page of what is rare can be short.</summary>
    private const int MaxFacts = 20_000;

    private const int VersionsPerRead = 50;

    /// <summary>The encounter as it stands at a version of its site; null where it is not recorded.</summary>
    public async Task<Wire.RecordedEncounter?> FindAsync(string site, Guid id, long atVersion, Viewer onlooker, CancellationToken cancel)
    {
        var history = await ledger.ReadHistoryAsync(family, site, id, atVersion, cancel);
        return history.Current is null ? null : ToWire(history.Original, history.Current, history.Voided, history.Amendments, await onlooker.GetVisibilityAsync(site));
    }

    /// <summary>A page of encounters.</summary>
    /// <param name="asked">Which.</param>
    /// <param name="onlooker">Who asks.</param>
    /// <param name="cancel">Ends the wait.</param>
    public async Task<Wire.ListEncountersResponse> ListAsync(EncounterFilter asked, Viewer onlooker, CancellationToken cancel)
    {
        var response = new Wire.ListEncountersResponse();
        var seen = 0;
        await foreach (var (place, taken, sight, recorded, amended) in ReadFactsAsync(asked, onlooker, cancel))
        {
            if (sight.CanSee && ToWireOrNull(recorded, asked, amended, sight) is { } encounter)
            {
                if (response.Encounters.Count == asked.Page.Size)
                    return WithToken(response, asked, place, taken - 1);
                response.Encounters.Add(encounter);
            }

            if (++seen >= MaxFacts)
                return WithToken(response, asked, place, taken);
        }

        return response;
    }

    /// <summary>
    /// Facts after those that the page before had, latest first, each with its place, how many of that place are taken with
    /// it, what is to be seen of it, and what was changed of the encounters around it.
    /// </summary>
    private async IAsyncEnumerable<(long Place, int Taken, Visibility Sight, RecordedFact<StockEvent> Fact, Dictionary<(string Site, Guid Id), AmendedDocument> Amended)> ReadFactsAsync(
        EncounterFilter asked, Viewer onlooker, [EnumeratorCancellation] CancellationToken cancel)
    {
        var (last, had) = PageCursor.Parse(asked.Page);
        var (place, taken) = (0L, 0);
        await foreach (var (position, run) in ReadRunsAsync(asked, last, cancel))
        {
            // A run is of one site.
            var sight = await onlooker.GetVisibilityAsync(run[0].StreamId);
            var amended = sight.CanSee ? await ReadAmendedAsync(run, cancel) : [];
            foreach (var recorded in MovementQueries.LatestFirst(run))
            {
                var at = asked.Site.Length == 0 ? position : recorded.Version;
                (place, taken) = (at, at == place ? taken + 1 : 1);
                // A place is read again from its beginning, and what the page before had of it is passed over.
                if (last == 0 || place < last || (place == last && taken > had))
                    yield return (place, taken, sight, recorded, amended);
            }
        }
    }

    /// <summary>
    /// Runs of facts, latest first. The run that the page before ended in comes again, whole. A place is a position in the
    /// ledger where all sites are asked for, and a version where one is.
    /// </summary>
    private IAsyncEnumerable<(long Position, IReadOnlyList<RecordedFact<StockEvent>> Facts)> ReadRunsAsync(
        EncounterFilter asked, long last, CancellationToken cancel)
    {
        var below = last == 0 ? long.MaxValue : last + 1;
        if (asked.Site.Length == 0)
            return ledger.ReadCategoryBackwardsAsync(family, below, cancel);
        return asked.Participant is null ? ReadSiteAsync(asked, below, cancel) : ReadParticipantAsync(asked, below, cancel);
    }

    private async IAsyncEnumerable<(long Position, IReadOnlyList<RecordedFact<StockEvent>> Facts)> ReadSiteAsync(
        EncounterFilter asked, long below, [EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var run in ledger.ReadBackwardsAsync(family, asked.Site, below, asked.From, asked.To, skipDamaged: true, cancel))
            yield return (0, run);
    }

    private async IAsyncEnumerable<(long Position, IReadOnlyList<RecordedFact<StockEvent>> Facts)> ReadParticipantAsync(
        EncounterFilter asked, long below, [EnumeratorCancellation] CancellationToken cancel)
    {
        var key = asked.Participant!.Value.Hash;
        var found = await ledger.FindVersionsAsync(StockStreamDefinition.GetStreamName(asked.Site), [key], cancel);
        foreach (var versions in found.GetValueOrDefault(key, []).Where(version => version < below).OrderDescending().Chunk(VersionsPerRead))
        {
            var run = new List<RecordedFact<StockEvent>>(versions.Length);
            foreach (var (from, to) in EncounterHistoryReader.ToRanges(versions))
            {
                await foreach (var recorded in ledger.ReadAsync(family, asked.Site, from, to, cancel))
                    run.Add(recorded);
            }

            yield return (0, run);
        }
    }

    private static Wire.RecordedEncounter? ToWireOrNull(
        in RecordedFact<StockEvent> recorded, EncounterFilter asked, Dictionary<(string Site, Guid Id), AmendedDocument> amended, Visibility sight)
    {
        if (IdempotencyKeys.From(recorded.Fact).Encounter is not { } id)
            return null;

        if (!amended.TryGetValue((recorded.StreamId, id), out var changed))
            return recorded.Fact is StockEvent.EncounterLogged logged && asked.Includes(logged.Counted, false, sight.Redact(logged.By))
                ? ToWire(new OriginalRecording(recorded.Version, recorded.RecordedAt, default, logged.By), logged.Counted, false, [], sight)
                : null;

        var place = IsListedWhereRecorded(changed, asked) ? changed.Original.Version : changed.Version;
        return recorded.Version == place && asked.Includes(changed.Current, changed.Voided, sight.Redact(changed.Original.By))
            ? ToWire(changed.Original, changed.Current, changed.Voided, changed.Amendments, sight)
            : null;
    }

    private static Wire.RecordedEncounter ToWire(in OriginalRecording original, CountedEncounter now, bool voided, EquatableList<Amendment> amendments, Visibility sight) =>
        StockWireWriter.ToWire(original with { By = sight.Redact(original.By) }, now, voided, amendments);

    /// <summary>Whether what is read surely holds the fact that first recorded it.</summary>
    private static bool IsListedWhereRecorded(AmendedDocument changed, EncounterFilter asked) =>
        asked.Site.Length == 0
        || (asked.Participant is null
            ? asked.MayInclude(changed.Original.OccurredAt)
            : changed.Amendments[0].Before.Participant == asked.Participant);

    private async Task<Dictionary<(string Site, Guid Id), AmendedDocument>> ReadAmendedAsync(
        IReadOnlyList<RecordedFact<StockEvent>> run, CancellationToken cancel)
    {
        var found = new Dictionary<(string Site, Guid Id), AmendedDocument>();
        var ids = run.Select(recorded => (recorded.StreamId, IdempotencyKeys.From(recorded.Fact).Encounter))
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
                found[(chunk[0].Site, Guid.Parse(rows.GetString(0)))] = JsonSerializer.Deserialize(rows.GetString(1), StockJson.Amended)!;
        }

        return found;
    }

    private static Wire.ListEncountersResponse WithToken(Wire.ListEncountersResponse response, EncounterFilter asked, long place, int count)
    {
        response.NextPageToken = Paging.CreateToken(
            asked.TokenScope, place.ToString(CultureInfo.InvariantCulture), count.ToString(CultureInfo.InvariantCulture));
        return response;
    }
}
