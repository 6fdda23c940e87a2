using Outreach.Tool.Bench.Processes;

namespace Outreach.Tool.Bench;

/// <summary>The storage of a bench: a folder and, for PostgreSQL, a cluster with one database per server.</summary>
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

    public StoreKind Kind { get; }

    /// <summary>The processor time of PostgreSQL's processes; zero for SQLite.</summary>
    public TimeSpan ProcessorTime => _cluster?.ProcessorTime ?? TimeSpan.Zero;

    /// <summary>Creates the folder and starts PostgreSQL if needed.</summary>
    public static async Task<Storage> OpenAsync(StoreKind kind, string workFolder, CancellationToken cancellation)
    {
        var folder = Path.Combine(workFolder, $"{kind}-{Guid.NewGuid():N}"[..18].ToLowerInvariant());
        Directory.CreateDirectory(folder);
        var cluster = kind == StoreKind.Postgres
            ? await PostgresCluster.StartAsync(Path.Combine(folder, "cluster"), cancellation)
            : null;
        return new Storage(kind, folder, cluster);
    }

    /// <summary>Returns the log file of a server. It is kept when the storage is disposed.</summary>
    public string GetLogFile(string server) => $"{_folder}-{server}.log";

    /// <summary>Creates an empty store for the product.</summary>
    /// <returns>The arguments that make the product use the store.</returns>
    public async Task<IReadOnlyList<string>> CreateForProductAsync(string name, CancellationToken cancellation)
    {
        var data = Path.Combine(_folder, name);
        Directory.CreateDirectory(data);
        List<string> arguments = [$"--Outreach:DataFolder={data}", "--Outreach:GrpcPort=0", "--Outreach:WebPort=0", "--Outreach:CallsPerSecond=0"];
        if (_cluster is not null)
            arguments.Add($"--Outreach:Postgres={await _cluster.CreateDatabaseAsync(name, cancellation)}");
        return arguments;
    }

    /// <summary>Creates an empty store for the naive server.</summary>
    /// <returns>The arguments that make the naive server use the store.</returns>
    public async Task<IReadOnlyList<string>> CreateForNaiveAsync(string name, CancellationToken cancellation)
    {
        if (_cluster is not null)
            return [$"--Postgres={await _cluster.CreateDatabaseAsync(name, cancellation)}"];
        Directory.CreateDirectory(Path.Combine(_folder, name));
        return [$"--Sqlite={Path.Combine(_folder, name, "naive.db")}"];
    }

    /// <summary>Returns the bytes of a server's store on disk, including the write-ahead log on SQLite but not on PostgreSQL.</summary>
    public Task<long> GetSizeAsync(string name, CancellationToken cancellation) => _cluster is not null
        ? _cluster.GetSizeAsync(name, cancellation)
        : Task.FromResult(new DirectoryInfo(Path.Combine(_folder, name)).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length));

    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null)
            await _cluster.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
