using Microsoft.Data.Sqlite;

namespace Outreach.Server.Ledger.Stores;

/// <summary>Copies a SQLite store into one file while the server goes on.</summary>
internal static class SqliteBackup
{
    /// <summary>Writes one consistent state, durably: the file is there whole or not at all. Commits are not held up.</summary>
    /// <exception cref="IOException">The file is there already.</exception>
    public static void Write(string connectionString, string file)
    {
        if (File.Exists(file))
            throw new IOException($"{file} exists already.");
        var partial = file + ".partial";
        File.Delete(partial);
        CreatePrivate(partial);
        using (var source = new SqliteConnection(connectionString))
        {
            source.Open();
            using var target = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = partial, Pooling = false }.ToString());
            target.Open();
            source.BackupDatabase(target);
            // One file: nothing of it is in a log beside it.
            target.Execute("PRAGMA journal_mode = DELETE");
        }

        using (var written = new FileStream(partial, FileMode.Open, FileAccess.ReadWrite))
            written.Flush(flushToDisk: true);
        File.Move(partial, file);
    }

    private static void CreatePrivate(string file)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var empty = new FileStream(file, options);
    }
}
