using System.Data.Common;

namespace Outreach.Server.Ledger.Stores;

/// <summary>
/// Creates the tables of views from their declarations. A table with a new or changed declaration is created again and
/// stays marked as not filled until a refill has committed, even if the process ends before.
/// </summary>
internal static class ViewTables
{
    private const string NotFilled = "not filled";

    /// <summary>Drops tables that are no longer declared and creates missing ones, in the caller's transaction.</summary>
    /// <returns>What must be filled: everything that is new or changed and has events.</returns>
    public static ReplayScope Synchronize(DbConnection connection, ViewRegistry registry, ViewDialect dialect)
    {
        var stored = ReadShapes(connection);
        var declared = registry.Shapes;
        foreach (var name in stored.Keys.Where(name => stored[name] != declared.GetValueOrDefault(name)))
            connection.Execute($"{(ViewRegistry.IsDefinition(name) ? "" : $"DROP TABLE IF EXISTS {name};")} DELETE FROM view_shapes WHERE name = '{name}'");
        var changed = declared.Keys.Where(name => stored.GetValueOrDefault(name) != declared[name]).ToList();
        foreach (var view in registry.All.Where(v => changed.Contains(v.Name)))
            connection.Execute(ViewSql.CreateTable(view, dialect));
        var unfilled = changed.Where(name => registry.GetCategories(name).Any(category => HasStreams(connection, category))).ToHashSet();
        foreach (var name in changed)
            connection.Execute($"INSERT INTO view_shapes (name, shape) VALUES ('{name}', '{(unfilled.Contains(name) ? NotFilled : declared[name])}')");
        return registry.CreateScope(unfilled);
    }

    /// <summary>Marks all tables as filled, in the transaction that filled them.</summary>
    public static void MarkFilled(DbConnection connection, ViewRegistry registry)
    {
        foreach (var (name, shape) in registry.Shapes)
            connection.Execute($"UPDATE view_shapes SET shape = '{shape}' WHERE name = '{name}'");
    }

    /// <summary>Empties the tables of a scope, in the caller's transaction.</summary>
    public static void Clear(DbConnection connection, ReplayScope scope)
    {
        foreach (var view in scope.Views)
            connection.Execute($"DELETE FROM {view.Name}");
        if (scope.IncludesIndex)
            connection.Execute("""
                DELETE FROM due; DELETE FROM segment_index; DELETE FROM fact_keys; DELETE FROM snapshots;
                UPDATE watermark SET position = 0;
                """);
    }

    private static bool HasStreams(DbConnection connection, string category)
    {
        using var query = connection.CreateCommand(
            "SELECT 1 FROM heads WHERE substr(stream, 1, @length) = @prefix LIMIT 1", ("@length", category.Length + 1), ("@prefix", category + "/"));
        return query.ExecuteScalar() is not null;
    }

    private static Dictionary<string, string> ReadShapes(DbConnection connection)
    {
        using var query = connection.CreateCommand("SELECT name, shape FROM view_shapes");
        using var rows = query.ExecuteReader();
        var shapes = new Dictionary<string, string>();
        while (rows.Read())
            shapes.Add(rows.GetString(0), rows.GetString(1));
        return shapes;
    }
}
