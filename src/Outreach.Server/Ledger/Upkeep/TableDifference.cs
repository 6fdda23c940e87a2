using System.Data.Common;
using System.Text;
using Outreach.Server.Ledger.Stores;

namespace Outreach.Server.Ledger.Upkeep;

/// <summary>Compares a table of the store with what a replay came to, row by row, both in the order of their keys.</summary>
/// <param name="Name">The table.</param>
/// <param name="Keys">Its key columns, in order.</param>
/// <param name="Others">The other columns that must agree.</param>
/// <param name="Where">Which rows must agree; empty for all.</param>
internal sealed record TableDifference(string Name, string[] Keys, string[] Others, string Where = "")
{
    private string Query => $"SELECT {string.Join(", ", Keys.Concat(Others))} FROM {Name} {Where} ORDER BY {string.Join(", ", Keys)}";

    /// <summary>A sentence for each row that is missing, superfluous or different.</summary>
    public async Task FindAsync(DbConnection expected, DbConnection found, Action<string> finding, CancellationToken cancel)
    {
        await using var wanted = await Rows.OpenAsync(expected, Query, cancel);
        await using var there = await Rows.OpenAsync(found, Query, cancel);
        while (wanted.Row is not null || there.Row is not null)
        {
            var order = wanted.Row is null ? 1 : there.Row is null ? -1 : Compare(wanted.Row, there.Row);
            if (order < 0)
                finding($"{Named(wanted.Row!)}: expected {Values(wanted.Row!)}, found nothing");
            else if (order > 0)
                finding($"{Named(there.Row!)}: expected nothing, found {Values(there.Row!)}");
            else if (Values(wanted.Row!) is var a && Values(there.Row!) is var b && a != b)
                finding($"{Named(wanted.Row!)}: expected {a}, found {b}");
            if (order <= 0)
                await wanted.NextAsync(cancel);
            if (order >= 0)
                await there.NextAsync(cancel);
        }
    }

    private string Named(object[] row) => $"{Name} ({string.Join(", ", Keys.Select((_, i) => Show(row[i])))})";

    private string Values(object[] row) => Others.Length == 0 ? "a row" : string.Join(" ", Others.Select((o, i) => $"{o}={Show(row[Keys.Length + i])}"));

    private int Compare(object[] a, object[] b)
    {
        for (var i = 0; i < Keys.Length; i++)
            if (Compare(a[i], b[i]) is var order && order != 0)
                return order;
        return 0;
    }

    /// <summary>As both stores order: numbers by value, all else by its bytes.</summary>
    private static int Compare(object a, object b) => (a, b) switch
    {
        (string x, string y) => Encoding.UTF8.GetBytes(x).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(y)),
        (byte[] or Guid, byte[] or Guid) => string.CompareOrdinal(Show(a), Show(b)),
        _ => Convert.ToInt64(a).CompareTo(Convert.ToInt64(b)),
    };

    private static string Show(object value) => value switch
    {
        byte[] { Length: 16 } id => new Guid(id, bigEndian: true).ToString(),
        byte[] bytes => Convert.ToHexStringLower(bytes),
        _ => Convert.ToString(value)!,
    };

    private sealed class Rows(DbCommand query, DbDataReader reader) : IAsyncDisposable
    {
        /// <summary>The present row; null after the last.</summary>
        public object[]? Row { get; private set; }

        public static async Task<Rows> OpenAsync(DbConnection connection, string sql, CancellationToken cancel)
        {
            var query = connection.Query(sql);
            var rows = new Rows(query, await query.ExecuteReaderAsync(cancel));
            await rows.NextAsync(cancel);
            return rows;
        }

        public async Task NextAsync(CancellationToken cancel)
        {
            Row = await reader.ReadAsync(cancel) ? new object[reader.FieldCount] : null;
            if (Row is not null)
                reader.GetValues(Row);
        }

        public async ValueTask DisposeAsync()
        {
            await reader.DisposeAsync();
            await query.DisposeAsync();
        }
    }
}
