using System.Reflection;
using Microsoft.Data.Sqlite;
using Outreach.Server.Ledger.Stores;

namespace Outreach.Server.Ledger.Upkeep;

/// <summary>
/// What a replay comes to, in a SQLite file of its own: so a check needs little memory. The file has no name while it is
/// used, where the system can do that: nobody else opens it, and it is gone however the check ends.
/// </summary>
internal sealed class ScratchDatabase : IDisposable
{
    private readonly string file;
    private readonly SqliteSession session;
    private readonly SqliteCommits commits;
    private readonly Dictionary<string, long> streamNumbers = [];

    public ScratchDatabase(ViewRegistry views, string folder)
    {
        System.IO.Directory.CreateDirectory(folder);
        file = Path.Combine(folder, $"verify-{Guid.CreateVersion7():N}.db");
        using (File.Open(file, PrivateFileOptions))
        {
        }
        session = new SqliteSession(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ToString());
        session.Execute("PRAGMA synchronous = OFF; PRAGMA journal_mode = MEMORY");
        if (!OperatingSystem.IsWindows())
            File.Delete(file);
        session.Execute(ReadSchemaSql());
        ViewTables.Synchronize(session.Connection, views, SqliteViews.Dialect);
        commits = new SqliteCommits(session, views);
        session.Execute("BEGIN");
    }

    public SqliteConnection Connection => session.Connection;

    /// <summary>Says by which number the store knows a stream. Before anything of it is written.</summary>
    public void AddStream(StreamHead head) => streamNumbers[head.Stream] = head.StreamNo;

    /// <summary>Adds what was replayed; to the index only where the store's index holds it too.</summary>
    public void Write(ReplayBatch replay, bool indexed)
    {
        commits.Write(replay.Rows);
        if (indexed)
            commits.Index(new IndexRows(replay.Directories, GetStreamNo));
        replay.Clear();
    }

    public void Dispose()
    {
        commits.Dispose();
        session.Dispose();
        File.Delete(file);
    }

    private static FileStreamOptions PrivateFileOptions => OperatingSystem.IsWindows()
        ? new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write }
        : new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite };

    /// <summary>A stream without a head is a finding already; its rows are found under a number that no stream has.</summary>
    private long GetStreamNo(string stream) => streamNumbers.GetValueOrDefault(stream, -1);

    private static string ReadSchemaSql()
    {
        var assembly = Assembly.GetExecutingAssembly();
        var scripts = assembly.GetManifestResourceNames().Where(n => n.Contains(".Stores.Sqlite.", StringComparison.Ordinal)).Order();
        return string.Concat(scripts.Select(name => new StreamReader(assembly.GetManifestResourceStream(name)!).ReadToEnd()));
    }
}
