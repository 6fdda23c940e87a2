using Npgsql;
using NpgsqlTypes;

namespace Outreach.Server.Ledger.Stores;

/// <summary>
/// Adds merged rows to a batch, one statement per table and one array per column. Rows are sorted by their keys, so that
/// two processes that change the same rows cannot deadlock.
/// </summary>
internal static class PostgresViews
{
    /// <summary>The SQL of view tables in PostgreSQL.</summary>
    public static readonly ViewDialect Dialect = new("text COLLATE \"C\"", "bigint", "greatest", "WITH (fillfactor = 70)", "");

    public static void Write(NpgsqlBatch batch, MergedRows rows)
    {
        foreach (var (_, tally) in rows.Counters)
            batch.BatchCommands.Add(Upsert(tally));
        foreach (var (_, view, cards) in rows.Documents)
            Write(batch, view, cards);
        Write(batch, rows.Promises);
    }

    /// <summary>Adds the values of one column as an array parameter.</summary>
    public static void AddColumn(this NpgsqlBatchCommand command, NpgsqlDbType type, object values) =>
        command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Array | type, Value = values });

    private static NpgsqlBatchCommand Upsert(MergedCounterRows tally)
    {
        var view = tally.View;
        var rows = Sorted(tally.Rows);
        var types = view.TextKeys.Select(_ => "text[]").Concat(Enumerable.Repeat("bigint[]", (view.NumberKey is null ? 0 : 1) + view.Amounts.Length));
        var command = Insert(view, types);
        AddKeys(command, view.TextKeys.Length, rows, r => r.Key);
        if (view.NumberKey is not null)
            command.AddColumn(NpgsqlDbType.Bigint, Array.ConvertAll(rows, r => r.Key.Number));
        for (var i = 0; i < view.Amounts.Length; i++)
            command.AddColumn(NpgsqlDbType.Bigint, Array.ConvertAll(rows, r => tally.GetAmounts(r.Value)[i]));
        return command;
    }

    private static void Write(NpgsqlBatch batch, DocumentView view, Dictionary<RowKey, DocumentRow?> cards)
    {
        var rows = Sorted(cards);
        var (gone, set) = (Array.FindAll(rows, r => r.Value is null), Array.FindAll(rows, r => r.Value is not null));
        if (gone.Length > 0)
        {
            var match = string.Join(" AND ", view.Keys.Select((k, i) => $"v.{k} = g.k{i}"));
            var command = new NpgsqlBatchCommand(
                $"DELETE FROM {view.Name} v USING unnest({Placeholders(view.Keys.Select(_ => "text[]"))}) AS g({string.Join(", ", view.Keys.Select((_, i) => $"k{i}"))}) WHERE {match}");
            AddKeys(command, view.Keys.Length, gone, r => r.Key);
            batch.BatchCommands.Add(command);
        }
        if (set.Length > 0)
        {
            var command = Insert(view, Enumerable.Repeat("text[]", view.Keys.Length + view.IndexColumns.Length + 1));
            AddKeys(command, view.Keys.Length, set, r => r.Key);
            for (var i = 0; i < view.IndexColumns.Length; i++)
                command.AddColumn(NpgsqlDbType.Text, Array.ConvertAll(set, r => r.Value!.IndexValues[i]));
            command.AddColumn(NpgsqlDbType.Text, Array.ConvertAll(set, r => r.Value!.Doc));
            batch.BatchCommands.Add(command);
        }
    }

    private static void Write(NpgsqlBatch batch, Dictionary<(string Stream, string Kind, string Key), long?> promises)
    {
        var rows = promises.ToArray();
        Array.Sort(rows, (a, b) => Compare(a.Key.Stream, b.Key.Stream, a.Key.Kind, b.Key.Kind, a.Key.Key, b.Key.Key));
        var (made, kept) = (Array.FindAll(rows, r => r.Value is not null), Array.FindAll(rows, r => r.Value is null));
        if (made.Length > 0)
        {
            var command = new NpgsqlBatchCommand("""
                INSERT INTO due (stream, kind, key, due_at, wake_at, attempts)
                SELECT p.stream, p.kind, p.key, p.due_at, p.due_at, 0
                FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[]) AS p(stream, kind, key, due_at)
                ON CONFLICT (stream, kind, key) DO UPDATE SET due_at = excluded.due_at, wake_at = excluded.wake_at, attempts = 0
                """);
            AddPromises(command, made);
            command.AddColumn(NpgsqlDbType.Bigint, Array.ConvertAll(made, r => r.Value!.Value));
            batch.BatchCommands.Add(command);
        }
        if (kept.Length > 0)
        {
            var command = new NpgsqlBatchCommand("""
                DELETE FROM due d USING unnest($1::text[], $2::text[], $3::text[]) AS k(stream, kind, key)
                WHERE d.stream = k.stream AND d.kind = k.kind AND d.key = k.key
                """);
            AddPromises(command, kept);
            batch.BatchCommands.Add(command);
        }
    }

    private static void AddPromises(NpgsqlBatchCommand command, KeyValuePair<(string Stream, string Kind, string Key), long?>[] rows)
    {
        command.AddColumn(NpgsqlDbType.Text, Array.ConvertAll(rows, r => r.Key.Stream));
        command.AddColumn(NpgsqlDbType.Text, Array.ConvertAll(rows, r => r.Key.Kind));
        command.AddColumn(NpgsqlDbType.Text, Array.ConvertAll(rows, r => r.Key.Key));
    }

    private static NpgsqlBatchCommand Insert(View view, IEnumerable<string> types) =>
        new($"INSERT INTO {view.Name} ({ViewSql.Columns(view)}) SELECT * FROM unnest({Placeholders(types)}) {ViewSql.OnConflict(view, Dialect)}");

    private static string Placeholders(IEnumerable<string> types) => string.Join(", ", types.Select((t, i) => $"${i + 1}::{t}"));

    private static void AddKeys<T>(NpgsqlBatchCommand command, int texts, T[] rows, Func<T, RowKey> key)
    {
        command.AddColumn(NpgsqlDbType.Text, Array.ConvertAll(rows, r => key(r).Text1));
        if (texts > 1)
            command.AddColumn(NpgsqlDbType.Text, Array.ConvertAll(rows, r => key(r).Text2));
        if (texts > 2)
            command.AddColumn(NpgsqlDbType.Text, Array.ConvertAll(rows, r => key(r).Text3));
    }

    private static KeyValuePair<RowKey, T>[] Sorted<T>(Dictionary<RowKey, T> rows)
    {
        var sorted = rows.ToArray();
        Array.Sort(sorted, (a, b) => Compare(a.Key.Text1, b.Key.Text1, a.Key.Text2, b.Key.Text2, a.Key.Text3, b.Key.Text3) is var texts && texts != 0
            ? texts
            : a.Key.Number.CompareTo(b.Key.Number));
        return sorted;
    }

    private static int Compare(string a1, string a2, string b1, string b2, string c1, string c2)
    {
        var order = string.CompareOrdinal(a1, a2);
        if (order == 0)
            order = string.CompareOrdinal(b1, b2);
        return order == 0 ? string.CompareOrdinal(c1, c2) : order;
    }
}
