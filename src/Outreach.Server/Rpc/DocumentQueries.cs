using System.Data.Common;
using Outreach.Server.Ledger;

namespace Outreach.Server.Rpc;

/// <summary>Reads documents of a <see cref="DocumentView"/> with one key column.</summary>
internal static class DocumentQueries
{
    /// <summary>The document with a key; null if there is none.</summary>
    public static async Task<string?> FindAsync(ILedger ledger, DocumentView view, string key, CancellationToken cancel)
    {
        await using var views = await ledger.OpenViewsAsync(cancel);
        await using var query = views.CreateCommand();
        query.CommandText = $"SELECT doc FROM {view.Name} WHERE {view.Keys[0]} = {AddParameter(query, key)}";
        return (string?)await query.ExecuteScalarAsync(cancel);
    }

    /// <summary>Documents in the order of their keys.</summary>
    /// <param name="ledger">The ledger.</param>
    /// <param name="view">The view.</param>
    /// <param name="after">The key after which to begin; null for the first.</param>
    /// <param name="limit">The maximum number of documents.</param>
    /// <param name="columns">Values that columns must have; a null value is not a condition.</param>
    /// <param name="cancel">Cancels the query.</param>
    /// <param name="contains">A text that the document must contain; empty for none. Has no <c>%</c> or <c>_</c>.</param>
    /// <param name="keys">Only documents with these keys; null for all.</param>
    public static async Task<List<string>> ListAsync(
        ILedger ledger,
        DocumentView view,
        string? after,
        int limit,
        (string Column, string? Value)[] columns,
        CancellationToken cancel,
        string contains = "",
        IReadOnlySet<string>? keys = null)
    {
        if (keys is { Count: 0 })
            return [];
        await using var views = await ledger.OpenViewsAsync(cancel);
        await using var query = views.CreateCommand();
        List<string> where = [$"{view.Keys[0]} > {AddParameter(query, after ?? "")}"];
        where.AddRange(columns.Where(column => column.Value is not null).Select(column => $"{column.Column} = {AddParameter(query, column.Value!)}"));
        if (keys is not null)
            where.Add($"{view.Keys[0]} IN ({string.Join(", ", keys.Select(key => AddParameter(query, key)))})");
        if (contains.Length > 0)
            where.Add($"doc LIKE {AddParameter(query, $"%{contains}%")}");
        query.CommandText =
            $"SELECT doc FROM {view.Name} WHERE {string.Join(" AND ", where)} ORDER BY {view.Keys[0]} LIMIT {AddParameter(query, limit)}";

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
