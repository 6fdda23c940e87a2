using System.Globalization;
using System.Text.Json;
using Npgsql;
using NpgsqlTypes;

namespace Outreach.Server.Hosting;

/// <summary>
/// The list of servers in the cluster, in the program's own database. It has one version, and every change is a compare-and-set, as
/// Orleans' membership protocol requires.
/// </summary>
internal sealed class PostgresMembershipTable(NpgsqlDataSource database) : IMembershipTable
{
    private const string Schema = """
        CREATE TABLE IF NOT EXISTS cluster_version (one_row boolean PRIMARY KEY DEFAULT true CHECK (one_row), version integer NOT NULL);
        CREATE TABLE IF NOT EXISTS cluster_nodes (
            address text PRIMARY KEY, entry jsonb NOT NULL, alive_at timestamptz NOT NULL, etag integer NOT NULL);
        INSERT INTO cluster_version (version) VALUES (0) ON CONFLICT DO NOTHING;
        """;

    public async Task InitializeMembershipTable(bool tryInitTableVersion)
    {
        await using var connection = await database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        // Two servers that start at once must not both create the tables.
        await ExecuteAsync(connection, "SELECT pg_advisory_xact_lock(hashtext('outreach cluster'))");
        await ExecuteAsync(connection, Schema);
        await transaction.CommitAsync();
    }

    public Task<MembershipTableData> ReadAll() => ReadAsync("true");

    public Task<MembershipTableData> ReadRow(SiloAddress key) => ReadAsync("address = @address", Text("address", key.ToParsableString()));

    public Task<bool> InsertRow(MembershipEntry entry, TableVersion tableVersion) => ChangeAsync(
        tableVersion,
        "INSERT INTO cluster_nodes VALUES (@address, @entry, @alive, 0) ON CONFLICT DO NOTHING",
        Text("address", entry.SiloAddress.ToParsableString()), Json(entry), Alive(entry));

    public Task<bool> UpdateRow(MembershipEntry entry, string etag, TableVersion tableVersion) => ChangeAsync(
        tableVersion,
        "UPDATE cluster_nodes SET entry = @entry, alive_at = @alive, etag = etag + 1 WHERE address = @address AND etag = @etag",
        Text("address", entry.SiloAddress.ToParsableString()), Json(entry), Alive(entry), Number("etag", etag));

    public async Task UpdateIAmAlive(MembershipEntry entry)
    {
        await using var connection = await database.OpenConnectionAsync();
        await ExecuteAsync(
            connection,
            "UPDATE cluster_nodes SET alive_at = @alive WHERE address = @address",
            Text("address", entry.SiloAddress.ToParsableString()), Alive(entry));
    }

    public async Task CleanupDefunctSiloEntries(DateTimeOffset beforeDate)
    {
        await using var connection = await database.OpenConnectionAsync();
        await ExecuteAsync(
            connection,
            "DELETE FROM cluster_nodes WHERE alive_at < @before AND (entry->>'Status')::int = @dead",
            new NpgsqlParameter("before", beforeDate.UtcDateTime), new NpgsqlParameter("dead", (int)SiloStatus.Dead));
    }

    public async Task DeleteMembershipTableEntries(string clusterId)
    {
        await using var connection = await database.OpenConnectionAsync();
        await ExecuteAsync(connection, "DELETE FROM cluster_nodes");
    }

    private async Task<MembershipTableData> ReadAsync(string which, params NpgsqlParameter[] parameters)
    {
        await using var connection = await database.OpenConnectionAsync();
        // One statement, so that rows and version are consistent.
        await using var command = new NpgsqlCommand(
            $"SELECT v.version, n.entry, n.alive_at, n.etag FROM cluster_version v LEFT JOIN cluster_nodes n ON {which}", connection);
        command.Parameters.AddRange(parameters);
        await using var reader = await command.ExecuteReaderAsync();
        var nodes = new List<Tuple<MembershipEntry, string>>();
        var version = 0;
        while (await reader.ReadAsync())
        {
            version = reader.GetInt32(0);
            if (!await reader.IsDBNullAsync(1))
                nodes.Add(Tuple.Create(
                    Node.Deserialize(reader.GetString(1), reader.GetDateTime(2)), reader.GetInt32(3).ToString(CultureInfo.InvariantCulture)));
        }
        return new MembershipTableData(nodes, new TableVersion(version, version.ToString(CultureInfo.InvariantCulture)));
    }

    private async Task<bool> ChangeAsync(TableVersion next, string change, params NpgsqlParameter[] parameters)
    {
        await using var connection = await database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        var versions = await ExecuteAsync(
            connection,
            "UPDATE cluster_version SET version = @next WHERE version = @seen",
            new NpgsqlParameter("next", next.Version), Number("seen", next.VersionEtag));
        if (versions != 1 || await ExecuteAsync(connection, change, parameters) != 1)
            return false;
        await transaction.CommitAsync();
        return true;
    }

    private static async Task<int> ExecuteAsync(NpgsqlConnection connection, string sql, params NpgsqlParameter[] parameters)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddRange(parameters);
        return await command.ExecuteNonQueryAsync();
    }

    private static NpgsqlParameter Text(string name, string value) => new(name, value);

    private static NpgsqlParameter Number(string name, string value) => new(name, int.Parse(value, CultureInfo.InvariantCulture));

    private static NpgsqlParameter Alive(MembershipEntry entry) =>
        new("alive", DateTime.SpecifyKind(entry.IAmAliveTime, DateTimeKind.Utc));

    private static NpgsqlParameter Json(MembershipEntry entry) => new("entry", NpgsqlDbType.Jsonb) { Value = Node.Serialize(entry) };

    /// <summary>An entry as it is stored; the time of the last heartbeat has its own column.</summary>
    private sealed record Node(
        string Address, SiloStatus Status, int ProxyPort, string HostName, string SiloName, DateTime StartTime, Suspicion[] Suspicions)
    {
        public static string Serialize(MembershipEntry entry) => JsonSerializer.Serialize(new Node(
            entry.SiloAddress.ToParsableString(),
            entry.Status,
            entry.ProxyPort,
            entry.HostName,
            entry.SiloName,
            entry.StartTime,
            [.. (entry.SuspectTimes ?? []).Select(by => new Suspicion(by.Item1.ToParsableString(), by.Item2))]));

        public static MembershipEntry Deserialize(string json, DateTime aliveAt)
        {
            var node = JsonSerializer.Deserialize<Node>(json)!;
            return new MembershipEntry
            {
                SiloAddress = SiloAddress.FromParsableString(node.Address),
                Status = node.Status,
                ProxyPort = node.ProxyPort,
                HostName = node.HostName,
                SiloName = node.SiloName,
                StartTime = node.StartTime,
                IAmAliveTime = aliveAt,
                SuspectTimes = [.. node.Suspicions.Select(by => Tuple.Create(SiloAddress.FromParsableString(by.By), by.At))],
            };
        }
    }

    /// <summary>A server that suspects another to be dead, and since when.</summary>
    private sealed record Suspicion(string By, DateTime At);
}
