using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;
using Outreach.Server.Tests;

[assembly: AssemblyFixture(typeof(PostgresFixture))]

namespace Outreach.Server.Tests;

/// <summary>
/// A PostgreSQL cluster of the test run's own, on a free loopback port, started when first asked for. A shell holds it that
/// ends it and removes its folder when this process is gone, however it goes.
/// </summary>
public sealed class PostgresFixture : IAsyncDisposable
{
    private readonly Lazy<Task<Cluster>> cluster = new(StartAsync);
    private int databases;

    /// <summary>A fresh database. Skips the test where PostgreSQL is not installed, unless the environment says CI.</summary>
    public async Task<string> NewDatabaseAsync()
    {
        if (Programs() is null && Environment.GetEnvironmentVariable("CI") is null)
            Assert.Skip("PostgreSQL is not installed: initdb is neither on the PATH nor where Debian puts it.");
        var running = await cluster.Value;
        var name = $"test_{Interlocked.Increment(ref databases)}";
        await using var admin = new NpgsqlConnection(running.ConnectionString("postgres"));
        await admin.OpenAsync();
        await using var create = new NpgsqlCommand($"CREATE DATABASE {name}", admin);
        await create.ExecuteNonQueryAsync();
        return running.ConnectionString(name);
    }

    public async ValueTask DisposeAsync()
    {
        if (cluster.IsValueCreated)
            (await cluster.Value).Stop();
    }

    /// <summary>The folder with PostgreSQL's programs; Debian keeps them off the PATH. Null where it is not installed.</summary>
    private static string? Programs()
    {
        const string Debian = "/usr/lib/postgresql";
        var versions = Directory.Exists(Debian) ? Directory.GetDirectories(Debian).OrderDescending().Select(version => Path.Combine(version, "bin")) : [];
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Concat(versions);
        return folders.FirstOrDefault(folder => File.Exists(Path.Combine(folder, "initdb")));
    }

    private static async Task<Cluster> StartAsync()
    {
        var port = FreePort();
        var folder = Path.Combine(Path.GetTempPath(), $"outreach-postgres-{Environment.ProcessId}-{port}");
        var script = $"""
            PATH={Programs()}:$PATH
            initdb -D {folder} -U postgres -A trust -E UTF8 --locale=C --no-sync >/dev/null || exit 1
            postgres -D {folder} -p {port} -k {folder} -h 127.0.0.1 -c max_connections=500 >{folder}/log 2>&1 &
            server=$!
            read _
            kill -QUIT $server; wait $server
            rm -rf {folder}
            """;
        // PostgreSQL refuses to run as root.
        var start = Environment.UserName == "root"
            ? new ProcessStartInfo("su", ["postgres", "-s", "/bin/sh", "-c", script])
            : new ProcessStartInfo("/bin/sh", ["-c", script]);
        start.RedirectStandardInput = true;
        start.WorkingDirectory = Path.GetTempPath();
        var running = new Cluster(Process.Start(start)!, port);
        await running.ReadyAsync();
        return running;
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private sealed record Cluster(Process Shell, int Port)
    {
        public string ConnectionString(string database) =>
            $"Host=127.0.0.1;Port={Port};Username=postgres;Database={database};Include Error Detail=true";

        public void Stop()
        {
            Shell.StandardInput.Close();
            Shell.WaitForExit(TimeSpan.FromSeconds(20));
        }

        /// <summary>Asks until it answers: a starting server has nothing else to wait for.</summary>
        public async Task ReadyAsync()
        {
            for (var asked = Stopwatch.StartNew(); ; await Task.Delay(50))
                try
                {
                    await using var probe = new NpgsqlConnection($"{ConnectionString("postgres")};Pooling=false");
                    await probe.OpenAsync();
                    return;
                }
                catch (NpgsqlException) when (asked.Elapsed < TimeSpan.FromMinutes(1) && !Shell.HasExited)
                {
                    // Not yet.
                }
        }
    }
}
