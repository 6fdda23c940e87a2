using SQLitePCL;

namespace Outreach.Server.Ledger.Stores;

/// <summary>Writes merged rows to the tables of views and promises, with statements that are prepared once per connection.</summary>
internal sealed class SqliteViews : IDisposable
{
    /// <summary>The SQL of view tables in SQLite. In STRICT tables an amount that overflows is an error and does not become a fraction.</summary>
    public static readonly ViewDialect Dialect = new("TEXT", "INTEGER", "max", "STRICT, WITHOUT ROWID", "STRICT");

    private readonly SqliteStatement[] upserts;
    private readonly SqliteStatement?[] deletes;
    private readonly SqliteStatement upsertPromise;
    private readonly SqliteStatement deletePromise;

    public SqliteViews(sqlite3 db, ViewRegistry catalog)
    {
        upserts = [.. catalog.All.Select(v => new SqliteStatement(db, UpsertSql(v)))];
        deletes = [.. catalog.All.Select(v => v is DocumentView c ? new SqliteStatement(db, DeleteSql(c)) : null)];
        upsertPromise = new SqliteStatement(db, """
            INSERT INTO due (stream, kind, key, due_at, wake_at, attempts) VALUES (?, ?, ?, ?, ?, 0)
            ON CONFLICT (stream, kind, key) DO UPDATE SET due_at = excluded.due_at, wake_at = excluded.wake_at, attempts = 0
            """);
        deletePromise = new SqliteStatement(db, "DELETE FROM due WHERE stream = ? AND kind = ? AND key = ?");
    }

    public void Write(MergedRows rows)
    {
        foreach (var (index, tally) in rows.Counters)
            foreach (var (key, at) in tally.Rows)
                Write(upserts[index], tally.View, key, tally.GetAmounts(at));
        foreach (var (index, view, cards) in rows.Documents)
            foreach (var (key, row) in cards)
                Write(index, view, key, row);
        foreach (var ((stream, kind, key), due) in rows.Promises)
            Write(stream, kind, key, due);
    }

    public void Dispose()
    {
        foreach (var statement in upserts.Concat(deletes.OfType<SqliteStatement>()).Append(upsertPromise).Append(deletePromise))
            statement.Dispose();
    }

    private static void Write(SqliteStatement upsert, CounterView view, in RowKey key, ReadOnlySpan<long> amounts)
    {
        BindKey(upsert, view.TextKeys.Length, key);
        if (view.NumberKey is not null)
            upsert.Bind(key.Number);
        foreach (var amount in amounts)
            upsert.Bind(amount);
        upsert.Execute();
    }

    private void Write(int index, DocumentView view, in RowKey key, DocumentRow? row)
    {
        var statement = row is null ? deletes[index]! : upserts[index];
        BindKey(statement, view.Keys.Length, key);
        foreach (var finder in row?.IndexValues ?? [])
            statement.Bind(finder);
        if (row is not null)
            statement.Bind(row.Doc);
        statement.Execute();
    }

    private void Write(string stream, string kind, string key, long? due)
    {
        if (due is { } at)
            upsertPromise.Bind(stream).Bind(kind).Bind(key).Bind(at).Bind(at).Execute();
        else
            deletePromise.Bind(stream).Bind(kind).Bind(key).Execute();
    }

    private static void BindKey(SqliteStatement statement, int texts, in RowKey key)
    {
        statement.Bind(key.Text1);
        if (texts > 1)
            statement.Bind(key.Text2);
        if (texts > 2)
            statement.Bind(key.Text3);
    }

    private static string UpsertSql(View view)
    {
        var marks = string.Join(", ", ViewSql.KeyColumns(view).Concat(ViewSql.OtherColumns(view)).Select(_ => "?"));
        return $"INSERT INTO {view.Name} ({ViewSql.Columns(view)}) VALUES ({marks}) {ViewSql.OnConflict(view, Dialect)}";
    }

    private static string DeleteSql(DocumentView view) => $"DELETE FROM {view.Name} WHERE {string.Join(" AND ", view.Keys.Select(k => $"{k} = ?"))}";
}
