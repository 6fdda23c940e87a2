using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Outreach.Tool.Bench.Processes;

/// <summary>
/// A temporary PostgreSQL cluster with default settings (fsync and synchronous_commit on), in its own folder and on a free port
/// of 127.0.0.1. PostgreSQL refuses to run as root, so a bench that runs as root starts it as the user "postgres".
/// </summary>
internal sealed class PostgresCluster : IAsyncDisposable
{
    private readonly string _folder;
    private readonly int _port;
    private int _pid;

    private PostgresCluster(string folder, int port)
    {
        _folder = folder;
        _port = port;
    }

    /// <summary>The processor time used so far by all processes of the cluster.</summary>
    public TimeSpan ProcessorTime => ProcessStats.GetTreeProcessorTime(_pid);

    /// <summary>Creates and starts a cluster.</summary>
    /// <param name="folder">A folder that does not exist yet.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    /// <exception cref="InvalidOperationException">PostgreSQL is not installed or does not start.</exception>
    public static async Task<PostgresCluster> StartAsync(string folder, CancellationToken cancellation)
    {
        Directory.CreateDirectory(folder);
        if (Environment.UserName == "root")
            await Shell.RunAsync("chown", ["postgres", folder], cancellation);
        var cluster = new PostgresCluster(folder, GetFreePort());
        await RunCommandAsync($"initdb -D '{folder}/data' -U postgres -A trust -E UTF8 --locale=C", cancellation);
        var options = $"-p {cluster._port} -k {folder} -c listen_addresses=127.0.0.1 -c max_connections=300 -c fsync=on -c synchronous_commit=on";
        await RunCommandAsync($"pg_ctl -w -D '{folder}/data' -l '{folder}/log' -o '{options}' start", cancellation);
        cluster._pid = int.Parse(File.ReadLines($"{folder}/data/postmaster.pid").First());
        return cluster;
    }

    /// <summary>Creates an empty database.</summary>
    /// <returns>Its connection string.</returns>
    public async Task<string> CreateDatabaseAsync(string name, CancellationToken cancellation)
    {
        await Shell.RunAsync("createdb", ["-h", "127.0.0.1", "-p", $"{_port}", "-U", "postgres", name], cancellation);
        return $"Host=127.0.0.1;Port={_port};Username=postgres;Database={name}";
    }

    /// <summary>Returns the bytes of a database on disk, without the write-ahead log.</summary>
    public async Task<long> GetSizeAsync(string database, CancellationToken cancellation) => long.Parse(
        await Shell.RunAsync(
            "psql",
            ["-h", "127.0.0.1", "-p", $"{_port}", "-U", "postgres", "-At", "-c", $"SELECT pg_database_size('{database}')"],
            cancellation),
        CultureInfo.InvariantCulture);

    public async ValueTask DisposeAsync()
    {
        if (_pid != 0)
            await RunCommandAsync($"pg_ctl -w -D '{_folder}/data' -m fast stop", CancellationToken.None);
    }

    private static Task<string> RunCommandAsync(string command, CancellationToken cancellation) =>
        Environment.UserName == "root"
            ? Shell.RunAsync("su", ["postgres", "-s", "/bin/sh", "-c", $"{command} > /dev/null"], cancellation)
            : Shell.RunAsync("/bin/sh", ["-c", $"{command} > /dev/null"], cancellation);

    private static int GetFreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
