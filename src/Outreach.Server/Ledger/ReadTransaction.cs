using System.Data;
using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace Outreach.Server.Ledger;

/// <summary>Transactions whose reads all see the same commits.</summary>
internal static class ReadTransaction
{
    /// <summary>Begins a transaction in which every query sees the same commits. It never blocks a writer.</summary>
    public static async ValueTask<DbTransaction> BeginReadTransactionAsync(this DbConnection views, CancellationToken cancel) =>
        views is SqliteConnection sqlite
            ? sqlite.BeginTransaction(deferred: true)
            : await views.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancel);

    /// <summary>The position of the last commit that the transaction sees; 0 if there is none.</summary>
    public static async ValueTask<long> GetPositionAsync(this DbTransaction transaction, CancellationToken cancel)
    {
        await using var query = transaction.Connection!.CreateCommand();
        query.CommandText = "SELECT coalesce(max(position), 0) FROM segments";
        return (long)(await query.ExecuteScalarAsync(cancel))!;
    }
}
