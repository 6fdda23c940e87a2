using System.IO.Compression;
using System.Text.Json.Nodes;
using NodaTime;
using Npgsql;

namespace Outreach.Server.Tests.Stored;

/// <summary>
/// A store that an earlier version wrote, and what that version answered from it. A README.md beside the files tells how they were made.
/// </summary>
public abstract class EarlierStore : IDisposable
{
    private readonly List<DirectoryInfo> copies = [];

    /// <summary>The time on the clock of every server on a copy: the day after the last fact was stored.</summary>
    private static readonly Instant Now = Instant.FromUtc(2026, 11, 28, 12, 0);

    /// <summary>The folder of the files, within that of all stores.</summary>
    protected abstract string Folder { get; }

    /// <summary>A code that nobody has used yet.</summary>
    internal string EnrollmentCode => (string)Session["enrollmentCode"]!;

    private JsonNode Session => JsonNode.Parse(File.ReadAllText(PathOf("session.json")))!;

    /// <summary>Starts today's server on a fresh copy, and signs in as the administrator, who was signed in there before.</summary>
    internal async Task<StoredServer> OpenAsync()
    {
        var copy = Directory.CreateTempSubdirectory("outreach-stored-");
        copies.Add(copy);
        File.Copy(GoldenFiles.PathOf("Stored", "2026-11-28", "participant.key"), Path.Combine(copy.FullName, "participant.key"));
        var server = await StoredServer.StartAsync(Now, [$"--Outreach:DataFolder={copy.FullName}", .. await RestoreAsync(copy.FullName)]);
        await server.SignInAsync((string)Session["refreshToken"]!);
        return server;
    }

    /// <summary>What is in a file, line by line.</summary>
    internal IEnumerable<JsonNode> Lines(string file) =>
        Text(file).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!);

    public void Dispose()
    {
        foreach (var copy in copies)
            copy.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Restores the store.</summary>
    /// <param name="folder">The data folder.</param>
    /// <returns>Further settings that the server needs to find it.</returns>
    protected abstract Task<string[]> RestoreAsync(string folder);

    /// <summary>Opens a file; one that ends in ".gz" is decompressed.</summary>
    protected Stream Open(string file)
    {
        var stored = File.OpenRead(PathOf(file));
        return file.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(stored, CompressionMode.Decompress) : stored;
    }

    /// <summary>The text of a file.</summary>
    protected string Text(string file)
    {
        using var reader = new StreamReader(Open(file));
        return reader.ReadToEnd();
    }

    private string PathOf(string file) => GoldenFiles.PathOf("Stored", "2026-11-28", Folder, file);
}

/// <inheritdoc/>
public sealed class EarlierSqlite : EarlierStore
{
    protected override string Folder => "sqlite";

    protected override async Task<string[]> RestoreAsync(string folder)
    {
        await using var stored = Open("outreach.db.gz");
        await using var copy = File.Create(Path.Combine(folder, "outreach.db"));
        await stored.CopyToAsync(copy);
        return [];
    }
}

/// <inheritdoc/>
public sealed class EarlierPostgres(PostgresFixture postgres) : EarlierStore
{
    protected override string Folder => "postgres";

    protected override async Task<string[]> RestoreAsync(string folder)
    {
        var database = await postgres.NewDatabaseAsync();
        // The dump changes settings of its connection, so that nobody else may be given it.
        await using var connection = new NpgsqlConnection($"{database};Pooling=false");
        await connection.OpenAsync();
        await using var restore = new NpgsqlCommand(Text("dump.sql.gz"), connection);
        await restore.ExecuteNonQueryAsync();
        return [$"--Outreach:Postgres={database}"];
    }
}
