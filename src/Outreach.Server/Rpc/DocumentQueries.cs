using System.Data.Common;
using Outreach.Server.Ledger;

namespace Outreach.Server.Rpc;

/// <summary>Reads documents of a <see cref="DocumentView"/> that has one key, as the lists of settings do.</summary>
internal static class DocumentQueries
{
    /// <summary>The document with a key; null where there is none.</summary>
    public static async Task<string?> FindAsync(ILedger ledger, DocumentView card, string key, CancellationToken cancel)
    {
        await using var views = await ledger.OpenViewsAsync(cancel);
        await using var query = views.CreateCommand();
        query.CommandText = $"SELECT doc FROM {card.Name} WHERE {card.Keys[0]} = {AddParameter(query, key)}";
        return (string?)await query.ExecuteScalarAsync(cancel);
    }

    /// <summary>Documents in the order of their keys.</summary>
    /// <param name="ledger">Whose views.</param>
    /// <param name="card">The view.</param>
    /// <param name="after">The key after which to begin; null for the first.</param>
    /// <param name="most">The most documents.</param>
    /// <param name="finders">Values that columns must have; a value of null is not asked for.</param>
    /// <param name="says">A text that the document must have in it; empty for none. Has no <c>%</c> or <c>_</c>.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <param name="only">Only documents with these keys; null for all.</param>
    public static async Task<List<string>> ListAsync(
        ILedger ledger,
        DocumentView card,
        string? after,
        int most,
        (string Column, string? Value)[] finders,
        string says,
        CancellationToken cancel,
        IReadOnlySet<string>? only = null)
    {
        if (only is { Count: 0 })
            return [];
        await using var views = await ledger.OpenViewsAsync(cancel);
        await using var query = views.CreateCommand();
        List<string> where = [$"{card.Keys[0]} > {AddParameter(query, after ?? "")}"];
        where.AddRange(finders.Where(finder => finder.Value is not null).Select(finder => $"{finder.Column} = {AddParameter(query, finder.Value!)}"));
        if (only is not null)
            where.Add($"{card.Keys[0]} IN ({string.Join(", ", only.Select(key => AddParameter(query, key)))})");
        if (says.Length > 0)
            where.Add($"doc LIKE {AddParameter(query, $"%{says}%")}");
        query.CommandText = $"SELECT doc FROM {card.Name} WHERE {string.Join(" AND ", where)} ORDER BY {card.Keys[0]} LIMIT {AddParameter(query, most)}";

        var found = new List<string>();
        await using var reader = await query.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
            found.Add(reader.GetString(0));
        return found;
    }

    private static string AddParameter(DbCommand query, object value)
    {
        var parameter = query.CreateParameter();
        parameter.ParameterName = $"@p{query.Parameters.Count}";
        parameter.Value = value;
        query.Parameters.Add(parameter);
        return parameter.ParameterName;
    }
}
