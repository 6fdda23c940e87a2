using System.Text.Json;
using Outreach.Server.Access;
using Outreach.Server.Ledger;
using Outreach.Server.Ledger.Stores;
using Outreach.Server.Rpc;
using Wire = Outreach.Protocol.Stock.V1;

namespace Outreach.Server.Stock;

/// <summary>Which held records are asked for.</summary>
/// <param name="Belong">The list and its filters, for the token of the next page.</param>
/// <param name="Site">Those that are kept at this id, as <see cref="StockFamily.KeptAt(string)"/> tells; empty for all.</param>
internal sealed record HeldAsked(string Belong, PageAsked Page, string Site, HeldIs State)
{
    public static HeldAsked Read(Wire.ListHeldEncountersRequest wire)
    {
        var wrong = new Violations();
        var site = wire.SiteId.Length > 0 ? StockFamily.KeptAt(wire.SiteId) : "";
        if (!WireEnums.TryRead(wire.State, out HeldIs state))
            wrong.Add("state", $"is a state that this server knows; this is {wire.State}.");
        if (state == default)
            state = HeldIs.Waiting;
        var list = $"held/{site}/{state}";
        var page = Paging.Parse(wire.PageSize, wire.PageToken, list, keyParts: 3, wrong);
        wrong.ThrowIfAny();
        return new HeldAsked(list, page, site, state);
    }
}

/// <summary>Reads held records from the view, in the order in which they were held.</summary>
internal static class HeldView
{
    /// <summary>The record with an id, settled or not; null where none was held.</summary>
    public static async Task<Wire.HeldEncounter?> FindAsync(ILedger ledger, string site, Guid id, CancellationToken cancel)
    {
        await using var views = await ledger.OpenViewsAsync(cancel);
        await using var query = views.Query(
            "SELECT state, doc FROM held WHERE site_id = @site AND encounter_id = @id", ("@site", site), ("@id", id.ToString()));
        await using var rows = await query.ExecuteReaderAsync(cancel);
        return await rows.ReadAsync(cancel) ? Write(rows.GetString(0), rows.GetString(1)) : null;
    }

    /// <summary>Whether anything was ever held at a site, settled or not.</summary>
    public static async Task<bool> AnyAsync(ILedger ledger, string site, CancellationToken cancel)
    {
        await using var views = await ledger.OpenViewsAsync(cancel);
        await using var query = views.Query("SELECT COUNT(*) FROM held WHERE site_id = @site", ("@site", site));
        return Convert.ToInt64(await query.ExecuteScalarAsync(cancel)) > 0;
    }

    /// <summary>A page of held records.</summary>
    /// <param name="ledger">Whose views.</param>
    /// <param name="asked">Which.</param>
    /// <param name="seen">Only of these sites.</param>
    /// <param name="cancel">Ends the wait.</param>
    public static async Task<Wire.ListHeldEncountersResponse> ListAsync(ILedger ledger, HeldAsked asked, SeenSites seen, CancellationToken cancel)
    {
        var (condition, parameters) = seen.Condition("site_id");
        await using var views = await ledger.OpenViewsAsync(cancel);
        await using var query = views.Query(
            $"""
            SELECT held_at, site_id, encounter_id, state, doc FROM held WHERE state = @state
            {(asked.Site.Length == 0 ? "" : "AND site_id = @site")}
            AND {condition}
            AND (held_at, site_id, encounter_id) > (@at, @after_site, @after_id)
            ORDER BY held_at, site_id, encounter_id LIMIT @limit
            """,
            [
                .. parameters, ("@state", asked.State.ToString()), ("@site", asked.Site),
                ("@at", asked.Page.After?[0] ?? ""), ("@after_site", asked.Page.After?[1] ?? ""), ("@after_id", asked.Page.After?[2] ?? ""),
                ("@limit", (long)asked.Page.Size + 1),
            ]);
        await using var rows = await query.ExecuteReaderAsync(cancel);
        var response = new Wire.ListHeldEncountersResponse();
        string[] last = [];
        while (await rows.ReadAsync(cancel))
        {
            if (response.Held.Count == asked.Page.Size)
            {
                response.NextPageToken = Paging.Token(asked.Belong, last);
                break;
            }

            last = [rows.GetString(0), rows.GetString(1), rows.GetString(2)];
            response.Held.Add(Write(rows.GetString(3), rows.GetString(4)));
        }

        return response;
    }

    private static Wire.HeldEncounter Write(string state, string doc)
    {
        var held = JsonSerializer.Deserialize(doc, StockJson.Held)!;
        return StockWriter.Held(StockWire.WireOf(held.Record), held, Enum.Parse<HeldIs>(state));
    }
}
