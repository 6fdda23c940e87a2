using System.Data.Common;
using NodaTime;
using Outreach.Server.Ledger;
using Outreach.Server.Ledger.Stores;

namespace Outreach.Server.Access;

/// <summary>Secrets that all servers share, in a table beside the ledger. Callers cache what they read.</summary>
internal sealed class SecretStore(StoreFactory store)
{
    /// <summary>The secret with a name, created if there is none. Servers that create it at the same time all get the same one.</summary>
    /// <param name="name">The name, the same on all servers.</param>
    /// <param name="create">Creates the secret.</param>
    /// <param name="retiresAt">When it can be deleted.</param>
    /// <param name="cancel">Cancels the query.</param>
    /// <exception cref="StoreUnavailableException">The store cannot be reached.</exception>
    public async Task<byte[]> GetOrAddAsync(string name, Func<byte[]> create, Instant retiresAt, CancellationToken cancel)
    {
        if (await FindAsync(name, cancel) is { } existing)
            return existing;
        await QueryAsync(
            "INSERT INTO secrets (name, value, retires_at) VALUES (@name, @value, @retires) ON CONFLICT (name) DO NOTHING",
            [("@name", name), ("@value", create()), ("@retires", retiresAt.ToUnixTimeTicks())],
            cancel);
        return await FindAsync(name, cancel)
            ?? throw new StoreUnavailableException("A secret that was just written is not in the store.");
    }

    /// <summary>The secret with a name; null if there is none.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot be reached.</exception>
    public async Task<byte[]?> FindAsync(string name, CancellationToken cancel) =>
        (byte[]?)await QueryAsync("SELECT value FROM secrets WHERE name = @name", [("@name", name)], cancel);

    /// <summary>All secrets whose names have a prefix, in the order of their names.</summary>
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

    /// <summary>Deletes secrets that have retired.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot be reached.</exception>
    public Task DeleteExpiredAsync(Instant now, CancellationToken cancel) =>
        QueryAsync("DELETE FROM secrets WHERE retires_at < @now", [("@now", now.ToUnixTimeTicks())], cancel);

    private Task<object?> QueryAsync(string sql, (string Name, object Value)[] parameters, CancellationToken cancel) =>
        QueryAsync(sql, parameters, query => query.ExecuteScalarAsync(cancel), cancel);

    private async Task<T> QueryAsync<T>(string sql, (string Name, object Value)[] parameters, Func<DbCommand, Task<T>> execute, CancellationToken cancel)
    {
        try
        {
            await using var connection = store.CreateConnection();
            await connection.OpenAsync(cancel);
            await using var query = connection.CreateCommand(sql, parameters);
            return await execute(query);
        }
        catch (DbException failed)
        {
            throw new StoreUnavailableException("The store did not answer a query for a secret.", failed);
        }
    }
}
