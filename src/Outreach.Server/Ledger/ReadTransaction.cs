using System.Data;
using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace Outreach.Server.Ledger;

/// <summary>Reads several things as of one moment.</summary>
internal static class ReadTransaction
{
    /// <summary>Begins a transaction in which every query sees the same commits. It never holds up a writer.</summary>
    public static async ValueTask<DbTransaction> BeginReadTransactionAsync(this DbConnection views, CancellationToken cancel) =>
        views is SqliteConnection sqlite
            ? sqlite.BeginTransaction(deferred: true)
            : await views.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancel);

    /// <summary>The position of the last commit that is seen in the transaction; 0 before any.</summary>
    public static async ValueTask<long> GetPositionAsync(this DbTransaction moment, CancellationToken cancel)
    {
        await using var query = moment.Connection!.CreateCommand();
        query.CommandText = "SELECT coalesce(max(position), 0) FROM segments";
        return (long)(await query.ExecuteScalarAsync(cancel))!;
    }
}
