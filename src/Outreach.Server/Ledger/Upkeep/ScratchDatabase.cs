using System.Reflection;
using Microsoft.Data.Sqlite;
using Outreach.Server.Ledger.Stores;

namespace Outreach.Server.Ledger.Upkeep;

/// <summary>
/// The result of a replay in a separate SQLite file, so that a check needs little memory. Where the operating system
/// allows it, the file is deleted while it is open: nobody else can open it, and it is gone however the check ends.
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

    /// <summary>Sets the number that the store uses for a stream. Call it before writing rows of the stream.</summary>
    public void AddStream(StreamHead head) => streamNumbers[head.Stream] = head.StreamNo;

    /// <summary>Writes the replayed rows, and the index entries if the store has indexed them too.</summary>
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

    /// <summary>The stream's number. A stream without a head, which is already reported, gets -1, which no stream has.</summary>
    private long GetStreamNo(string stream) => streamNumbers.GetValueOrDefault(stream, -1);

    private static string ReadSchemaSql()
    {
        var assembly = Assembly.GetExecutingAssembly();
        var scripts = assembly.GetManifestResourceNames().Where(n => n.Contains(".Stores.Sqlite.", StringComparison.Ordinal)).Order();
        return string.Concat(scripts.Select(name => new StreamReader(assembly.GetManifestResourceStream(name)!).ReadToEnd()));
    }
}
