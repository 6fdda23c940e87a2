using System.Buffers;
using System.Text;
using SQLitePCL;

namespace Outreach.Server.Ledger.Stores;

/// <summary>A prepared statement of one connection, bound and run without allocating. One thread at a time.</summary>
internal sealed class SqliteStatement : IDisposable
{
    private readonly sqlite3 db;
    private readonly sqlite3_stmt statement;
    private int boundCount;

    public SqliteStatement(sqlite3 db, string sql)
    {
        this.db = db;
        Check(raw.sqlite3_prepare_v3(db, sql, raw.SQLITE_PREPARE_PERSISTENT, out statement));
    }

    /// <summary>Binds the next parameter.</summary>
    public SqliteStatement Bind(long value)
    {
        Check(raw.sqlite3_bind_int64(statement, ++boundCount, value));
        return this;
    }

    /// <inheritdoc cref="Bind(long)"/>
    public SqliteStatement Bind(ReadOnlySpan<byte> value)
    {
        Check(value.IsEmpty ? raw.sqlite3_bind_zeroblob(statement, ++boundCount, 0) : raw.sqlite3_bind_blob(statement, ++boundCount, value));
        return this;
    }

    /// <inheritdoc cref="Bind(long)"/>
    public SqliteStatement Bind(Guid value)
    {
        Span<byte> bytes = stackalloc byte[16];
        value.TryWriteBytes(bytes, bigEndian: true, out _);
        return Bind(bytes);
    }

    /// <inheritdoc cref="Bind(long)"/>
    public SqliteStatement Bind(string value)
    {
        var most = Encoding.UTF8.GetMaxByteCount(value.Length);
        var rented = most > 512 ? ArrayPool<byte>.Shared.Rent(most) : null;
        var bytes = rented ?? stackalloc byte[512];
        var length = Encoding.UTF8.GetBytes(value, bytes);
        var code = raw.sqlite3_bind_text(statement, ++boundCount, bytes[..length]);
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);
        Check(code);
        return this;
    }

    /// <summary>Runs it to its end; it can be bound again.</summary>
    /// <returns>Rows changed.</returns>
    public int Execute()
    {
        var code = raw.sqlite3_step(statement);
        raw.sqlite3_reset(statement);
        boundCount = 0;
        if (code is not (raw.SQLITE_DONE or raw.SQLITE_ROW))
            throw SqliteNativeException.FromLastError(db, code);
        return raw.sqlite3_changes(db);
    }

    /// <summary>Steps to the next row. After the last it can be bound again.</summary>
    public bool Step()
    {
        var code = raw.sqlite3_step(statement);
        if (code == raw.SQLITE_ROW)
            return true;
        raw.sqlite3_reset(statement);
        boundCount = 0;
        return code == raw.SQLITE_DONE ? false : throw SqliteNativeException.FromLastError(db, code);
    }

    public long GetInt64(int column) => raw.sqlite3_column_int64(statement, column);

    public ReadOnlySpan<byte> GetBytes(int column) => raw.sqlite3_column_blob(statement, column);

    public string GetString(int column) => raw.sqlite3_column_text(statement, column).utf8_to_string();

    public void Dispose() => statement.Dispose();

    private void Check(int code)
    {
        if (code == raw.SQLITE_OK)
            return;
        boundCount = 0;
        throw SqliteNativeException.FromLastError(db, code);
    }
}

/// <summary>What SQLite said went wrong.</summary>
internal sealed class SqliteNativeException(int code, string message) : Exception(message)
{
    /// <summary>Whether there was no room.</summary>
    public bool IsFull => (code & 0xff) == raw.SQLITE_FULL;

    /// <summary>Whether the file is damaged, or no database at all.</summary>
    public bool IsDamage => SqliteIntegrity.IsDamage(code);

    /// <summary>Whether a row contradicts what is there already.</summary>
    public bool IsConstraintViolation => (code & 0xff) == raw.SQLITE_CONSTRAINT;

    public static SqliteNativeException FromLastError(sqlite3 db, int code) =>
        new(raw.sqlite3_extended_errcode(db), $"SQLite: {raw.sqlite3_errmsg(db).utf8_to_string()} ({code})");
}
