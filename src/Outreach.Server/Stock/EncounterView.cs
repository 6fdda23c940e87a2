using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Outreach.Domain;
using Outreach.Domain.Stock;
using Outreach.Server.Ledger;
using Outreach.Server.Ledger.Stores;
using Outreach.Server.Rpc;
using Entry = Outreach.Domain.Stock.Entry;
using Wire = Outreach.Protocol.Encounters.V1;

namespace Outreach.Server.Stock;

/// <summary>Reads encounters as they stand, latest recorded first, from the ledger and the view of what was changed.</summary>
/// <remarks>
/// An encounter is shown where it was recorded. Where that lies outside the days asked for and a correction moved it in,
/// it is shown where it was changed last. Either way once.
/// </remarks>
internal sealed class EncounterView(ILedger ledger, StockFamily family)
{
    /// <summary>Facts that one page looks at, at most: a page of what is rare can be short.</summary>
    private const int MostFacts = 20_000;

    private const int VersionsAtOnce = 50;

    /// <summary>The encounter as it stands at a version of its site; null where it is not recorded.</summary>
    public async Task<Wire.RecordedEncounter?> FindAsync(string site, Guid id, long atVersion, Onlooker onlooker, CancellationToken cancel)
    {
        var history = await ledger.HistoryAsync(family, site, id, atVersion, cancel);
        return history.Now is null ? null : Write(history.Original, history.Now, history.Voided, history.Amendments, await onlooker.AtAsync(site));
    }

    /// <summary>A page of encounters.</summary>
    /// <param name="asked">Which.</param>
    /// <param name="onlooker">Who asks.</param>
    /// <param name="cancel">Ends the wait.</param>
    public async Task<Wire.ListEncountersResponse> ListAsync(EncountersAsked asked, Onlooker onlooker, CancellationToken cancel)
    {
        var response = new Wire.ListEncountersResponse();
        var seen = 0;
        await foreach (var (place, taken, sight, recorded, amended) in FactsAsync(asked, onlooker, cancel))
        {
            if (sight.Sees && Show(recorded, asked, amended, sight) is { } encounter)
            {
                if (response.Encounters.Count == asked.Page.Size)
                    return WithToken(response, asked, place, taken - 1);
                response.Encounters.Add(encounter);
            }

            if (++seen >= MostFacts)
                return WithToken(response, asked, place, taken);
        }

        return response;
    }

    /// <summary>
    /// Facts after those that the page before had, latest first, each with its place, how many of that place are taken with
    /// it, what is to be seen of it, and what was changed of the encounters around it.
    /// </summary>
    private async IAsyncEnumerable<(long Place, int Taken, Sight Sight, Recorded<StockEvent> Fact, Dictionary<(string Site, Guid Id), AmendedDocument> Amended)> FactsAsync(
        EncountersAsked asked, Onlooker onlooker, [EnumeratorCancellation] CancellationToken cancel)
    {
        var (last, had) = PageKeys.Read(asked.Page);
        var (place, taken) = (0L, 0);
        await foreach (var (position, run) in RunsAsync(asked, last, cancel))
        {
            // A run is of one site.
            var sight = await onlooker.AtAsync(run[0].Id);
            var amended = sight.Sees ? await AmendedAsync(run, cancel) : [];
            foreach (var recorded in MovementView.Downwards(run))
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
    private IAsyncEnumerable<(long Position, IReadOnlyList<Recorded<StockEvent>> Facts)> RunsAsync(
        EncountersAsked asked, long last, CancellationToken cancel)
    {
        var below = last == 0 ? long.MaxValue : last + 1;
        if (asked.Site.Length == 0)
            return ledger.ReadFamilyBackAsync(family, below, cancel);
        return asked.Participant is null ? SiteAsync(asked, below, cancel) : ParticipantAsync(asked, below, cancel);
    }

    private async IAsyncEnumerable<(long Position, IReadOnlyList<Recorded<StockEvent>> Facts)> SiteAsync(
        EncountersAsked asked, long below, [EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var run in ledger.ReadBackAsync(family, asked.Site, below, asked.From, asked.To, cancel))
            yield return (0, run);
    }

    private async IAsyncEnumerable<(long Position, IReadOnlyList<Recorded<StockEvent>> Facts)> ParticipantAsync(
        EncountersAsked asked, long below, [EnumeratorCancellation] CancellationToken cancel)
    {
        var key = asked.Participant!.Value.Hash;
        var found = await ledger.FindAsync(StockFamily.Stream(asked.Site), [key], cancel);
        foreach (var versions in found.GetValueOrDefault(key, []).Where(version => version < below).OrderDescending().Chunk(VersionsAtOnce))
        {
            var run = new List<Recorded<StockEvent>>(versions.Length);
            foreach (var (from, to) in StockReading.Spans(versions))
            {
                await foreach (var recorded in ledger.ReadAsync(family, asked.Site, from, to, cancel))
                    run.Add(recorded);
            }

            yield return (0, run);
        }
    }

    private static Wire.RecordedEncounter? Show(
        in Recorded<StockEvent> recorded, EncountersAsked asked, Dictionary<(string Site, Guid Id), AmendedDocument> amended, Sight sight)
    {
        if (RecordedIds.Of(recorded.Fact).Encounter is not { } id)
            return null;

        if (!amended.TryGetValue((recorded.Id, id), out var changed))
            return recorded.Fact is StockEvent.EncounterLogged logged && asked.Includes(logged.Entry, false, sight.Of(logged.By))
                ? Write(new Original(recorded.Version, recorded.RecordedAt, default, logged.By), logged.Entry, false, [], sight)
                : null;

        var place = IsSeenWhereRecorded(changed, asked) ? changed.Original.Version : changed.Version;
        return recorded.Version == place && asked.Includes(changed.Now, changed.Voided, sight.Of(changed.Original.By))
            ? Write(changed.Original, changed.Now, changed.Voided, changed.Amendments, sight)
            : null;
    }

    private static Wire.RecordedEncounter Write(in Original original, Entry now, bool voided, Few<Amendment> amendments, Sight sight) =>
        StockWriter.Recorded(original with { By = sight.Of(original.By) }, now, voided, amendments);

    /// <summary>Whether what is read surely holds the fact that first recorded it.</summary>
    private static bool IsSeenWhereRecorded(AmendedDocument changed, EncountersAsked asked) =>
        asked.Site.Length == 0
        || (asked.Participant is null
            ? asked.CanHold(changed.Original.OccurredAt)
            : changed.Amendments[0].Before.Participant == asked.Participant);

    private async Task<Dictionary<(string Site, Guid Id), AmendedDocument>> AmendedAsync(
        IReadOnlyList<Recorded<StockEvent>> run, CancellationToken cancel)
    {
        var found = new Dictionary<(string Site, Guid Id), AmendedDocument>();
        var ids = run.Select(recorded => (recorded.Id, RecordedIds.Of(recorded.Fact).Encounter))
            .Where(key => key.Encounter is not null).Select(key => (Site: key.Id, Id: key.Encounter!.Value)).Distinct();
        await using var views = await ledger.OpenViewsAsync(cancel);
        foreach (var chunk in ids.Chunk(200))
        {
            var names = string.Join(", ", chunk.Select((_, i) => $"@id{i}"));
            (string, object)[] parameters = [("@site", chunk[0].Site), .. chunk.Select((key, i) => ($"@id{i}", (object)key.Id.ToString()))];
            await using var query = views.Query(
                $"SELECT encounter_id, doc FROM amendments WHERE site_id = @site AND encounter_id IN ({names})", parameters);
            await using var rows = await query.ExecuteReaderAsync(cancel);
            while (await rows.ReadAsync(cancel))
                found[(chunk[0].Site, Guid.Parse(rows.GetString(0)))] = JsonSerializer.Deserialize(rows.GetString(1), StockJson.Amended)!;
        }

        return found;
    }

    private static Wire.ListEncountersResponse WithToken(Wire.ListEncountersResponse response, EncountersAsked asked, long place, int count)
    {
        response.NextPageToken = Paging.Token(
            asked.Belong, place.ToString(CultureInfo.InvariantCulture), count.ToString(CultureInfo.InvariantCulture));
        return response;
    }
}
