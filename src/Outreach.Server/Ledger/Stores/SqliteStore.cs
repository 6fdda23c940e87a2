using System.Data.Common;
using DbUp;
using Microsoft.Data.Sqlite;

namespace Outreach.Server.Ledger.Stores;

/// <summary>The ledger in one SQLite file of a folder that belongs to one process. All but readers: by the writer's thread.</summary>
internal sealed class SqliteStore : IStore
{
    private readonly string folder;
    private readonly ViewRegistry registry;
    private readonly string writeConnectionString;
    private readonly string readConnectionString;
    private FileStream? lockFile;
    private SqliteSession? session;
    private SqliteCommits? commits;

    public SqliteStore(string folder, ViewRegistry catalog)
    {
        (this.folder, this.registry) = (Path.GetFullPath(folder), catalog);
        var file = GetFilePath(this.folder);
        writeConnectionString = new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ToString();
        readConnectionString = new SqliteConnectionStringBuilder { DataSource = file, Mode = SqliteOpenMode.ReadOnly }.ToString();
    }

    public string Description => $"SQLite in {folder}";

    public bool IsShared => false;

    public string BeginReadSql => "BEGIN";

    /// <summary>The file of the store in a folder.</summary>
    internal static string GetFilePath(string folder) => Path.Combine(folder, "outreach.db");

    /// <summary>The connection that writes.</summary>
    internal SqliteSession Session => session ?? throw new StoreUnavailableException($"{Description} is not open.");

    private SqliteCommits Commits => commits ?? throw new StoreUnavailableException($"{Description} is not open.");

    public void Start(Action<ProjectionScope> refill)
    {
        Lock();
        Migrations.Run(DeployChanges.To.SqliteDatabase(writeConnectionString), "Sqlite");
        session = new SqliteSession(writeConnectionString);
        ProjectionScope? changed = null;
        session.RunInTransaction(() =>
        {
            changed = ViewTables.Synchronize(session.Connection, registry, SqliteViews.Dialect);
            return true;
        });
        commits = new SqliteCommits(session, registry);
        if (changed is { IsEmpty: false })
            refill(changed);
    }

    public CommitResult Commit(CommitGroup group) => Execute(() => Commits.Commit(group));

    public bool Index(long expectedWatermark, IReadOnlyList<SegmentDirectory> listings) => Execute(() => Session.RunInTransaction(() =>
    {
        if (!Commits.MoveWatermark(expectedWatermark, listings[^1].Position))
            return false;
        Commits.Index(new IndexRows(listings, Commits.GetStreamNo));
        return true;
    }));

    public void SaveSnapshot(Snapshot snapshot) => Execute(() => Session.RunInTransaction(() =>
    {
        Commits.SaveSnapshot(snapshot);
        return true;
    }));

    public IReadOnlyList<DuePromise> TakeDuePromises(long now, int limit) => Execute(() =>
    {
        IReadOnlyList<DuePromise> taken = [];
        Session.RunInTransaction(() => (taken = Commits.TakeDuePromises(now, limit)).Count > 0);
        return taken;
    });

    public void Rebuild(ProjectionScope scope, Action<IRebuildTransaction> rebuild) => Execute(() => Session.RunInTransaction(() =>
    {
        ViewTables.Clear(Session.Connection, scope);
        rebuild(new SqliteRebuildTransaction(Session.Connection, Commits));
        ViewTables.MarkFilled(Session.Connection, registry);
        return true;
    }));

    public async ValueTask<DbConnection> OpenReaderAsync(CancellationToken cancel)
    {
        var connection = new SqliteConnection(readConnectionString);
        try
        {
            await connection.OpenAsync(cancel);
            return connection;
        }
        catch (SqliteException e)
        {
            await connection.DisposeAsync();
            throw new StoreUnavailableException($"{Description} cannot be read: {e.Message}", e);
        }
    }

    public async Task FindKeysAsync(
        DbConnection reader, long streamNo, IReadOnlyCollection<Guid> keys, Action<Guid, long> found, CancellationToken cancel)
    {
        // One question for all keys; CROSS JOIN makes each of them look itself up, instead of all that there are.
        await using var command = reader.CreateCommand(
            """
            SELECT f.key, f.version FROM json_each(@keys) k CROSS JOIN fact_keys f ON f.stream_no = @stream AND f.key = unhex(k.value)
            """,
            ("@stream", streamNo),
            ("@keys", $"[{string.Join(',', keys.Select(k => $"\"{Convert.ToHexString(k.ToByteArray(bigEndian: true))}\""))}]"));
        await using var rows = await command.ExecuteReaderAsync(cancel);
        while (await rows.ReadAsync(cancel))
            found(new Guid(rows.GetBytes(0), bigEndian: true), rows.GetInt64(1));
    }

    public ValueTask DisposeAsync()
    {
        Close();
        using (var pooled = new SqliteConnection(readConnectionString))
            SqliteConnection.ClearPool(pooled);
        lockFile?.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Lock()
    {
        try
        {
            System.IO.Directory.CreateDirectory(folder);
            lockFile = new FileStream(Path.Combine(folder, "outreach.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            RestrictFileAccess(GetFilePath(folder));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StoreUnavailableException($"The data folder {folder} is in use by another process, or cannot be written to: {e.Message}", e);
        }
    }

    /// <summary>Lets none of the machine's other users read the file, nor those that SQLite makes beside it with the same rights: keys are in it.</summary>
    private static void RestrictFileAccess(string file)
    {
        const UnixFileMode Others = UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;
        if (OperatingSystem.IsWindows())
            return;
        foreach (var there in new[] { file, file + "-wal", file + "-shm" }.Where(File.Exists))
            File.SetUnixFileMode(there, File.GetUnixFileMode(there) & ~Others);
        if (File.Exists(file))
            return;
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        using var empty = new FileStream(file, options);
    }

    private void Close()
    {
        commits?.Dispose();
        session?.Dispose();
        (commits, session) = (null, null);
    }

    /// <summary>
    /// After a failure the file is opened again, because a connection that could not sync cannot be trusted; a full disk
    /// alone leaves it as it was.
    /// </summary>
    private T Execute<T>(Func<T> work)
    {
        try
        {
            if (commits is null)
                Reopen();
            return work();
        }
        catch (Exception e) when (e is SqliteNativeException or SqliteException)
        {
            if (e is not SqliteNativeException { IsFull: true })
                Close();
            throw new StoreUnavailableException($"{Description} failed: {e.Message}", e);
        }
    }

    private void Reopen()
    {
        if (lockFile is null)
            throw new StoreUnavailableException($"{Description} is not open.");
        session = new SqliteSession(writeConnectionString);
        commits = new SqliteCommits(session, registry);
    }
}

/// <summary>A rebuild within a transaction of the connection that writes.</summary>
internal sealed class SqliteRebuildTransaction(SqliteConnection connection, SqliteCommits commits) : IRebuildTransaction
{
    public DbConnection Connection => connection;

    public void Write(MergedRows rows) => commits.Write(rows);

    public void Index(IReadOnlyList<SegmentDirectory> listings)
    {
        commits.Index(new IndexRows(listings, commits.GetStreamNo));
        connection.Execute($"UPDATE watermark SET position = {listings[^1].Position}");
    }
}
