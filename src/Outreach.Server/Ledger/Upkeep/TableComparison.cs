using System.Data.Common;
using System.Text;
using Outreach.Server.Ledger.Stores;

namespace Outreach.Server.Ledger.Upkeep;

/// <summary>Compares a table of the store with the result of a replay, row by row in key order.</summary>
/// <param name="Name">The name of the table.</param>
/// <param name="KeyColumns">The key columns, in order.</param>
/// <param name="ValueColumns">The other columns that must agree.</param>
/// <param name="Where">Which rows must agree; empty for all.</param>
internal sealed record TableComparison(string Name, string[] KeyColumns, string[] ValueColumns, string Where = "")
{
    private string Query => $"SELECT {string.Join(", ", KeyColumns.Concat(ValueColumns))} FROM {Name} {Where} ORDER BY {string.Join(", ", KeyColumns)}";

    /// <summary>Reports a sentence for each row that is missing, unexpected or different.</summary>
    public async Task CompareAsync(DbConnection expected, DbConnection found, Action<string> finding, CancellationToken cancel)
    {
        await using var expectedRows = await RowCursor.OpenAsync(expected, Query, cancel);
        await using var foundRows = await RowCursor.OpenAsync(found, Query, cancel);
        while (expectedRows.Current is not null || foundRows.Current is not null)
        {
            var order = expectedRows.Current is null ? 1 : foundRows.Current is null ? -1 : Compare(expectedRows.Current, foundRows.Current);
            if (order < 0)
                finding($"{FormatKey(expectedRows.Current!)}: expected {FormatValues(expectedRows.Current!)}, found nothing");
            else if (order > 0)
                finding($"{FormatKey(foundRows.Current!)}: expected nothing, found {FormatValues(foundRows.Current!)}");
            else if (FormatValues(expectedRows.Current!) is var a && FormatValues(foundRows.Current!) is var b && a != b)
                finding($"{FormatKey(expectedRows.Current!)}: expected {a}, found {b}");
            if (order <= 0)
                await expectedRows.MoveNextAsync(cancel);
            if (order >= 0)
                await foundRows.MoveNextAsync(cancel);
        }
    }

    private string FormatKey(object[] row) => $"{Name} ({string.Join(", ", KeyColumns.Select((_, i) => Format(row[i])))})";

    private string FormatValues(object[] row) => ValueColumns.Length == 0 ? "a row" : string.Join(" ", ValueColumns.Select((o, i) => $"{o}={Format(row[KeyColumns.Length + i])}"));

    private int Compare(object[] a, object[] b)
    {
        for (var i = 0; i < KeyColumns.Length; i++)
            if (Compare(a[i], b[i]) is var order && order != 0)
                return order;
        return 0;
    }

    /// <summary>Compares as both stores do: numbers by value, everything else by its bytes.</summary>
    private static int Compare(object a, object b) => (a, b) switch
    {
        (string x, string y) => Encoding.UTF8.GetBytes(x).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(y)),
        (byte[] or Guid, byte[] or Guid) => string.CompareOrdinal(Format(a), Format(b)),
        _ => Convert.ToInt64(a).CompareTo(Convert.ToInt64(b)),
    };

    private static string Format(object value) => value switch
    {
        byte[] { Length: 16 } id => new Guid(id, bigEndian: true).ToString(),
        byte[] bytes => Convert.ToHexStringLower(bytes),
        _ => Convert.ToString(value)!,
    };

    private sealed class RowCursor(DbCommand query, DbDataReader reader) : IAsyncDisposable
    {
        /// <summary>The current row; null after the last.</summary>
        public object[]? Current { get; private set; }

        public static async Task<RowCursor> OpenAsync(DbConnection connection, string sql, CancellationToken cancel)
        {
            var query = connection.CreateCommand(sql);
            var rows = new RowCursor(query, await query.ExecuteReaderAsync(cancel));
            await rows.MoveNextAsync(cancel);
            return rows;
        }

        public async Task MoveNextAsync(CancellationToken cancel)
        {
            Current = await reader.ReadAsync(cancel) ? new object[reader.FieldCount] : null;
            if (Current is not null)
                reader.GetValues(Current);
        }

        public async ValueTask DisposeAsync()
        {
            await reader.DisposeAsync();
            await query.DisposeAsync();
        }
    }
}
