using System.Reflection;
using Microsoft.Data.Sqlite;
using Outreach.Server.Ledger.Stores;

namespace Outreach.Server.Ledger.Upkeep;

/// <summary>What a replay comes to, in a SQLite file of its own that is gone afterwards: so a check needs little memory.</summary>
internal sealed class Scratch : IDisposable
{
    private readonly string file = Path.Combine(Path.GetTempPath(), $"outreach-verify-{Guid.CreateVersion7():N}.db");
    private readonly SqliteSession session;
    private readonly SqliteCommits commits;
    private readonly Dictionary<string, long> numbers = [];

    public Scratch(ViewCatalog views)
    {
        session = new SqliteSession(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ToString());
        session.Execute("PRAGMA synchronous = OFF");
        session.Execute(Tables());
        ViewTables.Bring(session.Connection, views, SqliteViews.Words);
        commits = new SqliteCommits(session, views);
        session.Execute("BEGIN");
    }

    public SqliteConnection Connection => session.Connection;

    /// <summary>Says by which number the store knows a stream. Before anything of it is written.</summary>
    public void Add(Head head) => numbers[head.Stream] = head.StreamNo;

    /// <summary>Adds what was replayed; to the index only where the store's index holds it too.</summary>
    public void Write(Replay replay, bool indexed)
    {
        commits.Write(replay.Rows);
        if (indexed)
            commits.Index(new IndexRows(replay.Listings, NumberOf));
        replay.Clear();
    }

    public void Dispose()
    {
        commits.Dispose();
        session.Dispose();
        foreach (var part in new[] { file, $"{file}-wal", $"{file}-shm" })
            File.Delete(part);
    }

    /// <summary>A stream without a head is a finding already; its rows are found under a number that no stream has.</summary>
    private long NumberOf(string stream) => numbers.GetValueOrDefault(stream, -1);

    private static string Tables()
    {
        var assembly = Assembly.GetExecutingAssembly();
        var scripts = assembly.GetManifestResourceNames().Where(n => n.Contains(".Stores.Sqlite.", StringComparison.Ordinal)).Order();
        return string.Concat(scripts.Select(name => new StreamReader(assembly.GetManifestResourceStream(name)!).ReadToEnd()));
    }
}
