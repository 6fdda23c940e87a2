using Grpc.Core;
using Outreach.Protocol.Catalog.V1;
using Outreach.Protocol.Encounters.V1;
using Outreach.Protocol.Sites.V1;
using Outreach.Tool.Held;

namespace Outreach.Tool.Import.Sending;

/// <summary>What the server has, as far as it matters to an import of encounters.</summary>
internal sealed class ServerRecords
{
    private const int PageSize = 1_000;

    private readonly Dictionary<string, List<RecordedEncounter>> recorded = [];
    private readonly Dictionary<string, HeldEncounter> held = [];

    /// <summary>The time zones of the sites, by their ids.</summary>
    public Dictionary<string, string> TimeZoneBySite { get; } = [];

    /// <summary>The ids of all products, also retired ones.</summary>
    public HashSet<string> Products { get; } = [];

    /// <summary>Records of the same source whose rows are not in the file.</summary>
    public List<RecordedEncounter> NotInFile { get; } = [];

    /// <summary>How many records of the same source wait for a person and have no row in the file.</summary>
    public int HeldNotInFile { get; private set; }

    /// <summary>Reads what matters to rows with these ids.</summary>
    public static async Task<ServerRecords> ReadAsync(CallInvoker invoker, string source, IReadOnlySet<string> ids, CancellationToken cancellation)
    {
        var found = new ServerRecords();
        await found.ReadSitesAsync(new(invoker), cancellation);
        await found.ReadProductsAsync(new(invoker), cancellation);
        await found.ReadEncountersAsync(new(invoker), source, ids, cancellation);
        await found.ReadHeldAsync(new(invoker), source, ids, cancellation);
        return found;
    }

    /// <summary>The encounter that is recorded under an id: at a site if it is there, else at any; null if there is none.</summary>
    public RecordedEncounter? FindRecorded(string id, string site) =>
        recorded.TryGetValue(id, out var found) ? found.Find(r => r.Encounter.SiteId == site) ?? found[0] : null;

    /// <summary>The record that is or was held under an id; null if there is none.</summary>
    public HeldEncounter? FindHeld(string id) => held.GetValueOrDefault(id);

    private async Task ReadSitesAsync(SiteService.SiteServiceClient sites, CancellationToken cancellation)
    {
        var request = new ListSitesRequest { PageSize = PageSize, IncludeClosed = true };
        do
        {
            var page = await sites.ListSitesAsync(request, cancellationToken: cancellation);
            foreach (var site in page.Sites)
                TimeZoneBySite[site.SiteId] = site.TimeZone;
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
    }

    private async Task ReadProductsAsync(CatalogService.CatalogServiceClient catalog, CancellationToken cancellation)
    {
        var request = new ListProductsRequest { PageSize = PageSize, IncludeRetired = true };
        do
        {
            var page = await catalog.ListProductsAsync(request, cancellationToken: cancellation);
            Products.UnionWith(page.Products.Select(p => p.ProductId));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
    }

    // All of them: a row that was edited may have moved to another day or another site.
    private async Task ReadEncountersAsync(
        EncounterService.EncounterServiceClient encounters, string source, IReadOnlySet<string> ids, CancellationToken cancellation)
    {
        var request = new ListEncountersRequest { PageSize = PageSize, IncludeVoided = true };
        do
        {
            var page = await encounters.ListEncountersAsync(request, cancellationToken: cancellation);
            foreach (var encounter in page.Encounters)
            {
                var id = encounter.Encounter.EncounterId;
                if (ids.Contains(id))
                    (recorded.TryGetValue(id, out var same) ? same : recorded[id] = []).Add(encounter);
                else if (encounter.Encounter.Provenance?.Source == source && !encounter.Voided)
                    NotInFile.Add(encounter);
            }
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
    }

    private async Task ReadHeldAsync(
        EncounterService.EncounterServiceClient encounters, string source, IReadOnlySet<string> ids, CancellationToken cancellation)
    {
        foreach (var state in (HeldState[])[HeldState.Released, HeldState.Dropped, HeldState.Waiting])
        {
            await foreach (var record in HeldRecords.ListAllAsync(encounters, new ListHeldEncountersRequest { State = state }, cancellation))
            {
                if (ids.Contains(record.Encounter.EncounterId))
                    held[record.Encounter.EncounterId] = record;
                else if (state == HeldState.Waiting && record.Encounter.Provenance?.Source == source)
                    HeldNotInFile++;
            }
        }
    }
}
