using System.Data.Common;
using DbUp;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Outreach.Server.Ledger.Stores;

/// <summary>The ledger in one SQLite file of a folder that belongs to one process. All but readers: by the writer's thread.</summary>
internal sealed class SqliteStore : IStore
{
    /// <summary>The key that the server makes in a new data folder. Other keys, such as that of a certificate, may lie there too.</summary>
    private const string KeyFile = "participant.key";

    private const int MaxDamageFindings = 100;

    private readonly string folder;
    private readonly ViewRegistry registry;
    private readonly string writeConnectionString;
    private readonly string readConnectionString;
    private readonly long? acceptLossAfter;
    private readonly ILogger log;
    private FileStream? lockFile;
    private LastCommitFile? lastCommitFile;
    private LastCommit? lastCommit;
    private string? damage;
    private SqliteSession? session;
    private SqliteCommits? commits;

    /// <param name="acceptLossAfter">See <see cref="StoreSettings.AcceptLossAfter"/>.</param>
    public SqliteStore(string folder, ViewRegistry registry, long? acceptLossAfter, ILogger log)
    {
        (this.folder, this.registry, this.acceptLossAfter, this.log) = (Path.GetFullPath(folder), registry, acceptLossAfter, log);
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

    public void Start(Action<ReplayScope> refill)
    {
        Lock();
        CheckForLoss();
        Migrate();
        session = new SqliteSession(writeConnectionString);
        ReplayScope? changed = null;
        session.RunInTransaction(() =>
        {
            changed = ViewTables.Synchronize(session.Connection, registry, SqliteViews.Dialect);
            return true;
        });
        commits = new SqliteCommits(session, registry);
        if (changed is { IsEmpty: false })
            refill(changed);
    }

    public CommitResult Commit(CommitGroup group) => Execute(() =>
    {
        var result = Commits.Commit(group);
        if (result.Position > 0)
            Record(group, result.Position);
        return result;
    });

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

    public void Probe() => Execute(() => Session.RunInTransaction(() =>
    {
        Session.Execute($"INSERT OR REPLACE INTO secrets (name, value, retires_at) VALUES ('{IStore.ProbeName}', zeroblob({IStore.ProbeLength}), 0)");
        Session.Execute($"DELETE FROM secrets WHERE name = '{IStore.ProbeName}'");
        return true;
    }));

    public void Backup(string file)
    {
        try
        {
            SqliteBackup.Write(readConnectionString, file);
        }
        catch (SqliteException e)
        {
            throw Translate(e);
        }
    }

    public void Rebuild(ReplayScope scope, Action<IRebuildTransaction> rebuild) => Execute(() => Session.RunInTransaction(() =>
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
            throw Translate(e);
        }
    }

    public Task<IReadOnlyList<string>> FindDamageAsync(DbConnection reader, CancellationToken cancel) =>
        SqliteIntegrity.CheckAsync((SqliteConnection)reader, MaxDamageFindings, cancel);

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
        using (var pooled = new SqliteConnection(readConnectionString))
            SqliteConnection.ClearPool(pooled);
        CopyLogToFile();
        Close();
        lastCommitFile?.Dispose();
        lockFile?.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Lock()
    {
        try
        {
            System.IO.Directory.CreateDirectory(folder);
            RefuseKeysWithoutLedger();
            lockFile = new FileStream(Path.Combine(folder, "outreach.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            RestrictFileAccess(GetFilePath(folder));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StoreUnavailableException($"The data folder {folder} is in use by another process, or cannot be written to: {e.Message}", e);
        }
    }

    /// <summary>The server makes its key after the ledger. A key without a ledger means that the ledger was moved or not restored.</summary>
    private void RefuseKeysWithoutLedger()
    {
        if (new FileInfo(GetFilePath(folder)) is { Exists: true, Length: > 0 })
            return;
        if (File.Exists(Path.Combine(folder, KeyFile)))
            throw new StoreDamagedException(
                $"The data folder {folder} has a key ({KeyFile}) and no ledger: {Path.GetFileName(GetFilePath(folder))} is missing or empty. "
                + "Restore a backup with outreach restore. To begin a new program, name another folder with --Outreach:DataFolder.");
    }

    /// <summary>Restricts the database files to the current user, because they contain keys. SQLite gives new files beside them the same rights.</summary>
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

    private void Migrate()
    {
        try
        {
            Migrations.Run(DeployChanges.To.SqliteDatabase(writeConnectionString), "Sqlite", CopyBeforeUpgrade);
        }
        catch (Exception e) when (SqliteIntegrity.IsDamage(e))
        {
            throw Translate(e);
        }
    }

    /// <summary>Keeps the store as it is before its tables are changed, so that the version before can go back to it.</summary>
    private void CopyBeforeUpgrade(string script)
    {
        var copy = $"{GetFilePath(folder)}.before-{script}";
        SqliteBackup.Write(readConnectionString, copy);
        log.LogInformation("The tables are brought up to date. The store as it was is kept as {File}", copy);
    }

    /// <summary>Refuses to open a store that lost commits, while its files are still as they were found.</summary>
    private void CheckForLoss()
    {
        try
        {
            lastCommitFile = new LastCommitFile(folder);
            var recorded = lastCommitFile.Read();
            using (var connection = new SqliteConnection(new SqliteConnectionStringBuilder(readConnectionString) { Pooling = false }.ToString()))
            {
                connection.Open();
                // The last connection to close would copy what can be read of the log to the file, and delete the log.
                _ = raw.sqlite3_db_config(connection.Handle!, raw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, out _);
                lastCommit = LostCommitCheck.Check(connection.Handle!, recorded, acceptLossAfter);
            }

            BeginRecord(recorded);
        }
        catch (Exception e) when (e is SqliteNativeException or SqliteException or IOException)
        {
            throw Translate(e);
        }
    }

    /// <summary>Updates the file to the last commit of the store, and logs a warning if it differed.</summary>
    private void BeginRecord(LastCommit? recorded)
    {
        var position = lastCommit?.Position ?? 0;
        if (recorded is null && position > 0)
            log.LogWarning("{File} is missing or cannot be read: whether acknowledged commits were lost before this start is not known. It is written anew from position {Position}", LastCommitFile.Name, position);
        if (recorded?.Position > position)
        {
            log.LogWarning("Commits {First} to {Last} are lost, as AcceptLossAfter allows. The rest of the write-ahead log is kept as {File}", position + 1, recorded.Position, KeepLog());
            lastCommitFile!.Clear();
        }
        if (lastCommit is not null && recorded?.Hash.AsSpan().SequenceEqual(lastCommit.Hash) != true)
            lastCommitFile!.Write(lastCommit);
    }

    /// <summary>Copies a log that SQLite cannot read to its end: what it holds may still be read by hand.</summary>
    private string KeepLog()
    {
        var (log, kept) = (GetFilePath(folder) + "-wal", $"{GetFilePath(folder)}-wal.{DateTime.UtcNow:yyyyMMddHHmmss}");
        if (File.Exists(log))
            File.Copy(log, kept);
        return kept;
    }

    /// <summary>Keeps, outside the database, that a group's callers are about to be answered.</summary>
    private void Record(CommitGroup group, long position)
    {
        lastCommit = new LastCommit(position, group.CommittedAt, (lastCommit?.FactsTotal ?? 0) + group.FactCount, LastCommit.ComputeHash(group.Directory));
        lastCommitFile!.Write(lastCommit);
    }

    /// <summary>At a clean stop the file alone is the whole store.</summary>
    private void CopyLogToFile()
    {
        try
        {
            session?.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
        }
        catch (SqliteNativeException)
        {
            // The log stays beside the file, and is read at the next start.
        }
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
        catch (Exception e) when (e is SqliteNativeException or SqliteException or IOException)
        {
            if (e is not SqliteNativeException { IsFull: true })
                Close();
            throw Translate(e);
        }
    }

    public StoreUnavailableException Translate(Exception failed) => SqliteIntegrity.IsDamage(failed)
        ? new StoreDamagedException($"{Description} is damaged: {failed.Message} {damage ??= SqliteIntegrity.Describe(readConnectionString)}", failed)
        : new StoreUnavailableException($"{Description} failed: {failed.Message}", failed);

    private void Reopen()
    {
        if (lockFile is null)
            throw new StoreUnavailableException($"{Description} is not open.");
        var opened = new SqliteSession(writeConnectionString);
        try
        {
            lastCommit = LostCommitCheck.Check(opened.Db, lastCommit, null);
            commits = new SqliteCommits(opened, registry);
            session = opened;
        }
        catch
        {
            opened.Dispose();
            throw;
        }
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
