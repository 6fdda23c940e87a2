using System.Diagnostics;
using Npgsql;
using Outreach.Server.Tests;
using Outreach.Tests.Shared;

[assembly: AssemblyFixture(typeof(PostgresFixture))]

namespace Outreach.Server.Tests;

/// <summary>
/// A PostgreSQL cluster for this test run, on a free loopback port. It starts when it is first needed. A shell script stops it and
/// deletes its folder when this process ends, even if it crashes.
/// </summary>
public sealed class PostgresFixture : IAsyncDisposable
{
    private readonly Lazy<Task<Cluster>> cluster = new(StartAsync);
    private int databases;

    /// <summary>Creates an empty database. If PostgreSQL is not installed, skips the test, or fails it if the variable CI is set.</summary>
    public async Task<string> NewDatabaseAsync()
    {
        if (FindPrograms() is null && Environment.GetEnvironmentVariable("CI") is null)
            Assert.Skip("PostgreSQL is not installed: initdb is neither on the PATH nor in /usr/lib/postgresql.");
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

    /// <summary>Finds the folder with PostgreSQL's programs, which Debian does not put on the PATH. Null if it is not installed.</summary>
    private static string? FindPrograms()
    {
        const string Debian = "/usr/lib/postgresql";
        var versions = Directory.Exists(Debian) ? Directory.GetDirectories(Debian).OrderDescending().Select(version => Path.Combine(version, "bin")) : [];
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Concat(versions);
        return folders.FirstOrDefault(folder => File.Exists(Path.Combine(folder, "initdb")));
    }

    private static async Task<Cluster> StartAsync()
    {
        var port = LoopbackPort.FindFree();
        var folder = Path.Combine(Path.GetTempPath(), $"outreach-postgres-{Environment.ProcessId}-{port}");
        var script = $"""
            PATH={FindPrograms()}:$PATH
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
        await running.WaitUntilReadyAsync();
        return running;
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

        /// <summary>Tries to connect until the server answers.</summary>
        public async Task WaitUntilReadyAsync()
        {
            for (var stopwatch = Stopwatch.StartNew(); ; await Task.Delay(50))
                try
                {
                    await using var probe = new NpgsqlConnection($"{ConnectionString("postgres")};Pooling=false");
                    await probe.OpenAsync();
                    return;
                }
                catch (NpgsqlException) when (stopwatch.Elapsed < TimeSpan.FromMinutes(1) && !Shell.HasExited)
                {
                    // The server is still starting.
                }
        }
    }
}
