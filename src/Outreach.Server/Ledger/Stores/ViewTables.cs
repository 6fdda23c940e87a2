using System.Data.Common;

namespace Outreach.Server.Ledger.Stores;

/// <summary>
/// Keeps the tables of views as they are declared. A table whose declaration is new or changed is made anew and stays marked
/// as not filled until a rebuild has filled it, whatever happens in between.
/// </summary>
internal static class ViewTables
{
    private const string NotFilled = "not filled";

    /// <summary>Drops what is no longer declared, and makes what is missing. Within the caller's transaction.</summary>
    /// <returns>What is to be filled by a rebuild: names of views and families.</returns>
    public static IReadOnlyList<string> Synchronize(DbConnection connection, ViewRegistry catalog, ViewDialect words)
    {
        var stored = ReadShapes(connection);
        var declared = catalog.Shapes;
        foreach (var gone in stored.Keys.Where(name => stored[name] != declared.GetValueOrDefault(name)))
            connection.Execute($"{(gone.Contains(' ') ? "" : $"DROP TABLE IF EXISTS {gone};")} DELETE FROM view_shapes WHERE name = '{gone}'");
        var changed = declared.Keys.Where(name => stored.GetValueOrDefault(name) != declared[name]).ToList();
        foreach (var view in catalog.All.Where(v => changed.Contains(v.Name)))
            connection.Execute(ViewSql.CreateTable(view, words));
        foreach (var name in changed)
            connection.Execute($"INSERT INTO view_shapes (name, shape) VALUES ('{name}', '{NotFilled}')");
        return changed;
    }

    /// <summary>Says that all tables are filled. Within the transaction that filled them.</summary>
    public static void MarkFilled(DbConnection connection, ViewRegistry catalog)
    {
        foreach (var (name, shape) in catalog.Shapes)
            connection.Execute($"UPDATE view_shapes SET shape = '{shape}' WHERE name = '{name}'");
    }

    /// <summary>Empties everything that can be computed from the segments. Within the caller's transaction.</summary>
    public static void Clear(DbConnection connection, ViewRegistry catalog)
    {
        foreach (var table in catalog.All.Select(v => v.Name).Concat(["due", "segment_index", "fact_keys", "snapshots"]))
            connection.Execute($"DELETE FROM {table}");
        connection.Execute("UPDATE watermark SET position = 0");
    }

    private static Dictionary<string, string> ReadShapes(DbConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT name, shape FROM view_shapes";
        using var reader = command.ExecuteReader();
        var shapes = new Dictionary<string, string>();
        while (reader.Read())
            shapes.Add(reader.GetString(0), reader.GetString(1));
        return shapes;
    }
}
