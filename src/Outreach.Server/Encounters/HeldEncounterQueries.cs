using System.Text.Json;
using Outreach.Server.Ledger;
using Outreach.Server.Ledger.Stores;
using Outreach.Server.Recording;
using Outreach.Server.Rpc;
using Outreach.Server.Stock;
using Wire = Outreach.Protocol.Encounters.V1;

namespace Outreach.Server.Encounters;

/// <summary>Which held records are asked for.</summary>
/// <param name="TokenScope">The list and its filters, for the token of the next page.</param>
/// <param name="Site">Those that are kept at this id, as <see cref="StockStreamDefinition.StreamIdFor(string)"/> tells; empty for all.</param>
internal sealed record HeldEncounterFilter(string TokenScope, PageRequest Page, string Site, HeldRecordState State)
{
    public static HeldEncounterFilter Parse(Wire.ListHeldEncountersRequest wire)
    {
        var wrong = new Violations();
        var site = wire.SiteId.Length > 0 ? StockStreamDefinition.StreamIdFor(wire.SiteId) : "";
        if (!WireEnums.TryParse(wire.State, out HeldRecordState state))
            wrong.Add("state", $"is a state that this server knows; this is {wire.State}.");
        if (state == default)
            state = HeldRecordState.Waiting;
        var list = $"held/{site}/{state}";
        var page = Paging.Parse(wire.PageSize, wire.PageToken, list, keyParts: 3, wrong);
        wrong.ThrowIfAny();
        return new HeldEncounterFilter(list, page, site, state);
    }
}

/// <summary>Reads held records from the view, in the order in which they were held.</summary>
internal static class HeldEncounterQueries
{
    /// <summary>The record with an id, settled or not; null where none was held.</summary>
    public static async Task<Wire.HeldEncounter?> FindAsync(ILedger ledger, string site, Guid id, Viewer onlooker, CancellationToken cancel)
    {
        var rows = await ReadAsync(
            ledger, "WHERE site_id = @site AND encounter_id = @id", [("@site", site), ("@id", id.ToString())], cancel);
        return rows is [var row] ? ToWire(row, await onlooker.GetVisibilityAsync(site)) : null;
    }

    /// <summary>Whether anything was ever held at a site, settled or not.</summary>
    public static async Task<bool> AnyAsync(ILedger ledger, string site, CancellationToken cancel)
    {
        await using var views = await ledger.OpenViewsAsync(cancel);
        await using var query = views.CreateCommand("SELECT COUNT(*) FROM held WHERE site_id = @site", ("@site", site));
        return Convert.ToInt64(await query.ExecuteScalarAsync(cancel)) > 0;
    }

    /// <summary>A page of held records.</summary>
    /// <param name="ledger">Whose views.</param>
    /// <param name="asked">Which.</param>
    /// <param name="onlooker">Who asks: only of the sites whose records they see.</param>
    /// <param name="cancel">Ends the wait.</param>
    public static async Task<Wire.ListHeldEncountersResponse> ListAsync(
        ILedger ledger, HeldEncounterFilter asked, Viewer onlooker, CancellationToken cancel)
    {
        var (condition, parameters) = onlooker.Sites.ToSqlCondition("site_id");
        var rows = await ReadAsync(
            ledger,
            $"""
            WHERE state = @state
            {(asked.Site.Length == 0 ? "" : "AND site_id = @site")}
            AND {condition}
            AND (held_at, site_id, encounter_id) > (@at, @after_site, @after_id)
            ORDER BY held_at, site_id, encounter_id LIMIT @limit
            """,
            [
                .. parameters, ("@state", asked.State.ToString()), ("@site", asked.Site),
                ("@at", asked.Page.After?[0] ?? ""), ("@after_site", asked.Page.After?[1] ?? ""), ("@after_id", asked.Page.After?[2] ?? ""),
                ("@limit", (long)asked.Page.Size + 1),
            ],
            cancel);
        var response = new Wire.ListHeldEncountersResponse();
        foreach (var row in rows.Take(asked.Page.Size))
            response.Held.Add(ToWire(row, await onlooker.GetVisibilityAsync(row.Site)));
        if (rows.Count > asked.Page.Size)
        {
            var last = rows[asked.Page.Size - 1];
            response.NextPageToken = Paging.CreateToken(asked.TokenScope, last.HeldAt, last.Site, last.Id);
        }

        return response;
    }

    /// <summary>Reads rows, and has given the connection back before anything else is asked about them.</summary>
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

    private static Wire.HeldEncounter ToWire(Row row, Visibility sight)
    {
        var kept = JsonSerializer.Deserialize(row.Doc, StockJson.Held)!;
        var held = kept with { Record = kept.Record with { By = sight.Redact(kept.Record.By) } };
        return StockWireWriter.ToWire(StockWire.ToWire(held.Record), held, Enum.Parse<HeldRecordState>(row.State));
    }

    /// <summary>A row of the view.</summary>
    private sealed record Row(string HeldAt, string Site, string Id, string State, string Doc);
}
