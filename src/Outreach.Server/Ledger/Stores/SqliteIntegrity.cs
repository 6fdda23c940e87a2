using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Outreach.Server.Ledger.Stores;

/// <summary>Finds damaged pages of a SQLite file.</summary>
internal static class SqliteIntegrity
{
    private const int MaxDescribed = 5;

    public static bool IsDamage(int code) => (code & 0xff) is raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB;

    public static bool IsDamage(Exception failed) => failed switch
    {
        SqliteNativeException native => native.IsDamage,
        SqliteException managed => IsDamage(managed.SqliteErrorCode),
        // A script of the schema failed: its failure is inside.
        { InnerException: { } inner } => IsDamage(inner),
        _ => false,
    };

    /// <summary>What SQLite's own check says of pages, free pages and indexes, a line each; none for a file that is whole.</summary>
    public static async Task<IReadOnlyList<string>> CheckAsync(SqliteConnection connection, int limit, CancellationToken cancel)
    {
        try
        {
            await using var command = connection.CreateCommand();
            command.CommandText = $"PRAGMA integrity_check({limit})";
            await using var rows = await command.ExecuteReaderAsync(cancel);
            var found = new List<string>();
            while (await rows.ReadAsync(cancel))
                found.AddRange(rows.GetString(0).Split('\n').Where(line => line != "ok" && !line.StartsWith("***", StringComparison.Ordinal)));
            return found;
        }
        catch (SqliteException e) when (IsDamage(e))
        {
            return [e.Message];
        }
    }

    /// <summary>A sentence that names the first damaged pages of a file.</summary>
    public static string Describe(string connectionString)
    {
        try
        {
            using var connection = new SqliteConnection(connectionString);
            connection.Open();
            return string.Join("; ", CheckAsync(connection, MaxDescribed, default).GetAwaiter().GetResult().Take(MaxDescribed));
        }
        catch (SqliteException e)
        {
            return e.Message;
        }
    }
}
