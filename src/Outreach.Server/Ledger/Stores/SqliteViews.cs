using SQLitePCL;

namespace Outreach.Server.Ledger.Stores;

/// <summary>Writes merged rows to the tables of views and promises, with statements prepared once a connection.</summary>
internal sealed class SqliteViews : IDisposable
{
    /// <summary>How SQLite words the tables of views. STRICT: an amount that overflows is an error, not a fraction.</summary>
    public static readonly ViewDialect Words = new("TEXT", "INTEGER", "max", "STRICT, WITHOUT ROWID", "STRICT");

    private readonly SqliteStatement[] upserts;
    private readonly SqliteStatement?[] removals;
    private readonly SqliteStatement promise;
    private readonly SqliteStatement kept;

    public SqliteViews(sqlite3 db, ViewCatalog catalog)
    {
        upserts = [.. catalog.All.Select(v => new SqliteStatement(db, Upsert(v)))];
        removals = [.. catalog.All.Select(v => v is Card c ? new SqliteStatement(db, Removal(c)) : null)];
        promise = new SqliteStatement(db, """
            INSERT INTO due (stream, kind, key, due_at, wake_at, attempts) VALUES (?, ?, ?, ?, ?, 0)
            ON CONFLICT (stream, kind, key) DO UPDATE SET due_at = excluded.due_at, wake_at = excluded.wake_at, attempts = 0
            """);
        kept = new SqliteStatement(db, "DELETE FROM due WHERE stream = ? AND kind = ? AND key = ?");
    }

    public void Write(MergedRows rows)
    {
        foreach (var (index, tally) in rows.Tallies)
            foreach (var (key, at) in tally.Rows)
                Write(upserts[index], tally.View, key, tally.Amounts(at));
        foreach (var (index, view, cards) in rows.Cards)
            foreach (var (key, row) in cards)
                Write(index, view, key, row);
        foreach (var ((stream, kind, key), due) in rows.Promises)
            Write(stream, kind, key, due);
    }

    public void Dispose()
    {
        foreach (var statement in upserts.Concat(removals.OfType<SqliteStatement>()).Append(promise).Append(kept))
            statement.Dispose();
    }

    private static void Write(SqliteStatement upsert, Tally view, in RowKey key, ReadOnlySpan<long> amounts)
    {
        BindKey(upsert, view.TextKeys.Length, key);
        if (view.NumberKey is not null)
            upsert.Bind(key.N);
        foreach (var amount in amounts)
            upsert.Bind(amount);
        upsert.Run();
    }

    private void Write(int index, Card view, in RowKey key, CardRow? row)
    {
        var statement = row is null ? removals[index]! : upserts[index];
        BindKey(statement, view.Keys.Length, key);
        foreach (var finder in row?.Finders ?? [])
            statement.Bind(finder);
        if (row is not null)
            statement.Bind(row.Doc);
        statement.Run();
    }

    private void Write(string stream, string kind, string key, long? due)
    {
        if (due is { } at)
            promise.Bind(stream).Bind(kind).Bind(key).Bind(at).Bind(at).Run();
        else
            kept.Bind(stream).Bind(kind).Bind(key).Run();
    }

    private static void BindKey(SqliteStatement statement, int texts, in RowKey key)
    {
        statement.Bind(key.A);
        if (texts > 1)
            statement.Bind(key.B);
        if (texts > 2)
            statement.Bind(key.C);
    }

    private static string Upsert(View view)
    {
        var marks = string.Join(", ", ViewSql.KeyColumns(view).Concat(ViewSql.OtherColumns(view)).Select(_ => "?"));
        return $"INSERT INTO {view.Name} ({ViewSql.Columns(view)}) VALUES ({marks}) {ViewSql.Conflict(view, Words)}";
    }

    private static string Removal(Card view) => $"DELETE FROM {view.Name} WHERE {string.Join(" AND ", view.Keys.Select(k => $"{k} = ?"))}";
}
