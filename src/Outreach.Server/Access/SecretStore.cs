using System.Data.Common;
using NodaTime;
using Outreach.Server.Ledger;
using Outreach.Server.Ledger.Stores;

namespace Outreach.Server.Access;

/// <summary>Secrets that all nodes share, in a table of the store beside the ledger. Read seldom: whoever needs one keeps it.</summary>
internal sealed class SecretStore(StoreFactory store)
{
    /// <summary>The secret with a name. Where there is none, it becomes what is offered; nodes that offer at once agree on one.</summary>
    /// <param name="name">Its name, the same on all nodes.</param>
    /// <param name="offer">Makes one.</param>
    /// <param name="retiresAt">After when it is of no use.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <exception cref="StoreUnavailableException">The store cannot be reached.</exception>
    public async Task<byte[]> GetOrAddAsync(string name, Func<byte[]> offer, Instant retiresAt, CancellationToken cancel)
    {
        if (await FindAsync(name, cancel) is { } known)
            return known;
        await QueryAsync(
            "INSERT INTO secrets (name, value, retires_at) VALUES (@name, @value, @retires) ON CONFLICT (name) DO NOTHING",
            [("@name", name), ("@value", offer()), ("@retires", retiresAt.ToUnixTimeTicks())],
            cancel);
        return await FindAsync(name, cancel)
            ?? throw new StoreUnavailableException("A secret that was just written is not in the store.");
    }

    /// <summary>The secret with a name; null where there is none.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot be reached.</exception>
    public async Task<byte[]?> FindAsync(string name, CancellationToken cancel) =>
        (byte[]?)await QueryAsync("SELECT value FROM secrets WHERE name = @name", [("@name", name)], cancel);

    /// <summary>All secrets whose names begin alike, in the order of their names.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot be reached.</exception>
    public Task<IReadOnlyList<byte[]>> ListAsync(string prefix, CancellationToken cancel) => QueryAsync(
        "SELECT value FROM secrets WHERE substr(name, 1, length(@prefix)) = @prefix ORDER BY name",
        [("@prefix", prefix)],
        async query =>
        {
            var found = new List<byte[]>();
            await using var rows = await query.ExecuteReaderAsync(cancel);
            while (await rows.ReadAsync(cancel))
                found.Add((byte[])rows[0]);
            return (IReadOnlyList<byte[]>)found;
        },
        cancel);

    /// <summary>Deletes what is of no use any more.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot be reached.</exception>
    public Task DeleteExpiredAsync(Instant now, CancellationToken cancel) =>
        QueryAsync("DELETE FROM secrets WHERE retires_at < @now", [("@now", now.ToUnixTimeTicks())], cancel);

    private Task<object?> QueryAsync(string sql, (string Name, object Value)[] parameters, CancellationToken cancel) =>
        QueryAsync(sql, parameters, query => query.ExecuteScalarAsync(cancel), cancel);

    private async Task<T> QueryAsync<T>(string sql, (string Name, object Value)[] parameters, Func<DbCommand, Task<T>> ask, CancellationToken cancel)
    {
        try
        {
            await using var connection = store.CreateConnection();
            await connection.OpenAsync(cancel);
            await using var query = connection.CreateCommand(sql, parameters);
            return await ask(query);
        }
        catch (DbException failed)
        {
            throw new StoreUnavailableException("The store did not answer when it was asked for a key.", failed);
        }
    }
}
