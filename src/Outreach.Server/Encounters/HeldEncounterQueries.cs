using System.Text.Json;
using Outreach.Domain.Encounters;
using Outreach.Server.Ledger;
using Outreach.Server.Ledger.Stores;
using Outreach.Server.Rpc;
using Wire = Outreach.Protocol.Encounters.V1;

namespace Outreach.Server.Encounters;

/// <summary>Reads held records from the view, in the order in which they were held.</summary>
internal static class HeldEncounterQueries
{
    /// <summary>The held record with an id, settled or not; null if there is none.</summary>
    public static async Task<Wire.HeldEncounter?> FindAsync(ILedger ledger, string site, Guid id, Viewer viewer, CancellationToken cancel)
    {
        var rows = await ReadAsync(
            ledger, "WHERE site_id = @site AND encounter_id = @id", [("@site", site), ("@id", id.ToString())], cancel);
        return rows is [var row] ? ToWire(row, await viewer.GetVisibilityAsync(site)) : null;
    }

    /// <summary>True if any record was ever held at a site, settled or not.</summary>
    public static async Task<bool> AnyAsync(ILedger ledger, string site, CancellationToken cancel)
    {
        await using var views = await ledger.OpenViewsAsync(cancel);
        await using var query = views.CreateCommand("SELECT COUNT(*) FROM held WHERE site_id = @site", ("@site", site));
        return Convert.ToInt64(await query.ExecuteScalarAsync(cancel)) > 0;
    }

    /// <summary>A page of held records.</summary>
    /// <param name="ledger">The ledger with the views.</param>
    /// <param name="filter">The filter.</param>
    /// <param name="viewer">The caller, who gets only records of sites that they may see.</param>
    /// <param name="cancel">Cancels the query.</param>
    public static async Task<Wire.ListHeldEncountersResponse> ListAsync(
        ILedger ledger, HeldEncounterFilter filter, Viewer viewer, CancellationToken cancel)
    {
        var (condition, parameters) = viewer.Sites.ToSqlCondition("site_id");
        var rows = await ReadAsync(
            ledger,
            $"""
            WHERE state = @state
            {(filter.Site.Length == 0 ? "" : "AND site_id = @site")}
            AND {condition}
            AND (held_at, site_id, encounter_id) > (@at, @after_site, @after_id)
            ORDER BY held_at, site_id, encounter_id LIMIT @limit
            """,
            [
                .. parameters, ("@state", filter.State.ToString()), ("@site", filter.Site),
                ("@at", filter.Page.After?[0] ?? ""), ("@after_site", filter.Page.After?[1] ?? ""), ("@after_id", filter.Page.After?[2] ?? ""),
                ("@limit", (long)filter.Page.Size + 1),
            ],
            cancel);
        var response = new Wire.ListHeldEncountersResponse();
        foreach (var row in rows.Take(filter.Page.Size))
            response.HeldEncounters.Add(ToWire(row, await viewer.GetVisibilityAsync(row.Site)));
        if (rows.Count > filter.Page.Size)
        {
            var last = rows[filter.Page.Size - 1];
            response.NextPageToken = Paging.CreateToken(filter.TokenScope, last.HeldAt, last.Site, last.Id);
        }

        return response;
    }

    /// <summary>Reads all rows and returns the connection to its pool.</summary>
    private static async Task<List<Row>> ReadAsync(ILedger ledger, string where, (string, object)[] parameters, CancellationToken cancel)
    {
        await using var views = await ledger.OpenViewsAsync(cancel);
        await using var query = views.CreateCommand($"SELECT held_at, site_id, encounter_id, state, doc FROM held {where}", parameters);
        await using var found = await query.ExecuteReaderAsync(cancel);
        var rows = new List<Row>();
        while (await found.ReadAsync(cancel))
            rows.Add(new Row(found.GetString(0), found.GetString(1), found.GetString(2), found.GetString(3), found.GetString(4)));
        return rows;
    }

    private static Wire.HeldEncounter ToWire(Row row, Visibility visibility)
    {
        var document = JsonSerializer.Deserialize(row.Doc, EncounterJson.Held)!;
        var held = document with { Record = document.Record with { By = visibility.Redact(document.Record.By) } };
        return EncounterWire.ToWire(EncounterWire.ToWire(held.Record), held, Enum.Parse<HeldRecordState>(row.State));
    }

    /// <summary>A row of the view.</summary>
    private sealed record Row(string HeldAt, string Site, string Id, string State, string Doc);
}
