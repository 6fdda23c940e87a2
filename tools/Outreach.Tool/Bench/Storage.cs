using Outreach.Tool.Bench.Processes;

namespace Outreach.Tool.Bench;

/// <summary>The store that a comparison runs on.</summary>
internal enum StoreKind
{
    /// <summary>The embedded store.</summary>
    Sqlite,

    /// <summary>A private PostgreSQL cluster.</summary>
    Postgres,
}

/// <summary>Where the servers of a comparison keep their data: a work folder and, on PostgreSQL, one cluster with a database for each.</summary>
internal sealed class Storage : IAsyncDisposable
{
    private readonly PostgresCluster? _cluster;
    private readonly string _folder;

    private Storage(StoreKind kind, string folder, PostgresCluster? cluster)
    {
        Kind = kind;
        _folder = folder;
        _cluster = cluster;
    }

    /// <summary>Which store it is.</summary>
    public StoreKind Kind { get; }

    /// <summary>Processor time of the database's own processes; zero where it is embedded.</summary>
    public TimeSpan ProcessorTime => _cluster?.ProcessorTime ?? TimeSpan.Zero;

    /// <summary>Makes a place for data.</summary>
    public static async Task<Storage> OpenAsync(StoreKind kind, string workFolder, CancellationToken cancellation)
    {
        var folder = Path.Combine(workFolder, $"{kind}-{Guid.NewGuid():N}"[..18].ToLowerInvariant());
        Directory.CreateDirectory(folder);
        var cluster = kind == StoreKind.Postgres
            ? await PostgresCluster.StartAsync(Path.Combine(folder, "cluster"), cancellation)
            : null;
        return new Storage(kind, folder, cluster);
    }

    /// <summary>The file that a server's output goes to. It outlives the storage.</summary>
    public string LogFile(string server) => $"{_folder}-{server}.log";

    /// <summary>Makes an empty store for the product.</summary>
    /// <returns>The arguments that tell the product of it.</returns>
    public async Task<IReadOnlyList<string>> CreateForProductAsync(string name, CancellationToken cancellation)
    {
        var data = Path.Combine(_folder, name);
        Directory.CreateDirectory(data);
        List<string> arguments = [$"--Outreach:DataFolder={data}", "--Outreach:GrpcPort=0", "--Outreach:WebPort=0", "--Outreach:CallsPerSecond=0"];
        if (_cluster is not null)
            arguments.Add($"--Outreach:Postgres={await _cluster.CreateDatabaseAsync(name, cancellation)}");
        return arguments;
    }

    /// <summary>Makes an empty store for the naive peer.</summary>
    /// <returns>The arguments that tell the peer of it.</returns>
    public async Task<IReadOnlyList<string>> CreateForNaiveAsync(string name, CancellationToken cancellation)
    {
        if (_cluster is not null)
            return [$"--Postgres={await _cluster.CreateDatabaseAsync(name, cancellation)}"];
        Directory.CreateDirectory(Path.Combine(_folder, name));
        return [$"--Sqlite={Path.Combine(_folder, name, "naive.db")}"];
    }

    /// <summary>Bytes that a server's store takes on disk; on SQLite with its write-ahead log, on PostgreSQL without.</summary>
    public Task<long> SizeAsync(string name, CancellationToken cancellation) => _cluster is not null
        ? _cluster.SizeAsync(name, cancellation)
        : Task.FromResult(new DirectoryInfo(Path.Combine(_folder, name)).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length));

    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null)
            await _cluster.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
