using System.Text.Json;
using Outreach.Tool.Ledger;

namespace Outreach.Tool.Access;

/// <summary>
/// Stores the session with one server in a file that only its owner can read. A command holds the lock file next to it while it
/// changes the session, because a refresh token works only once and two commands may need to refresh at the same time. The
/// operating system releases the lock when a process ends.
/// </summary>
public sealed class SessionFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Longer than any refresh takes.</summary>
    private static readonly TimeSpan LockTimeout = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(20);

    private readonly string folder;

    /// <summary>Creates the store for one server's session. Nothing is read or written yet.</summary>
    /// <param name="folder">The folder of stored sessions. It is created when needed.</param>
    /// <param name="server">The server's address.</param>
    public SessionFile(string folder, Uri server)
    {
        this.folder = folder;
        Path = System.IO.Path.Combine(folder, $"{server.Scheme}_{server.IdnHost.Replace(':', '.')}_{server.Port}.json");
    }

    /// <summary>The default folder, in the user's configuration folder (the XDG folder on Linux).</summary>
    public static string DefaultFolder => System.IO.Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData, Environment.SpecialFolderOption.DoNotVerify), "outreach", "sessions");

    /// <summary>The full name of the session file.</summary>
    public string Path { get; }

    /// <summary>Reads the session; null if nobody is signed in.</summary>
    /// <exception cref="UsageException">The file is not a valid session file.</exception>
    public StoredSession? Read()
    {
        try
        {
            return JsonSerializer.Deserialize<StoredSession>(File.ReadAllText(Path))
                ?? throw new JsonException("The file is empty.");
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (JsonException broken)
        {
            throw new UsageException($"The session in {Path} cannot be read ({broken.Message}). Delete the file and sign in again.");
        }
    }

    /// <summary>Replaces the stored session. The caller must hold the lock.</summary>
    public Task WriteAsync(StoredSession session) =>
        AtomicFile.WriteAsync(Path, text => text.WriteAsync(JsonSerializer.Serialize(session)), OwnerOnly);

    /// <summary>Deletes the stored session. The caller must hold the lock.</summary>
    public void Delete() => File.Delete(Path);

    /// <summary>Waits for the lock and takes it. Disposing the result releases it.</summary>
    /// <exception cref="UsageException">Another command held the lock for a minute.</exception>
    public async Task<IDisposable> LockAsync(CancellationToken cancellation)
    {
        CreateFolder();
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        for (var waited = TimeSpan.Zero; ; waited += RetryDelay)
        {
            try
            {
                return new FileStream($"{Path}.lock", options);
            }
            // A locked file throws IOException itself; other failures throw derived types.
            catch (IOException locked) when (locked.GetType() == typeof(IOException))
            {
                if (waited > LockTimeout)
                    throw new UsageException($"Another command has held {Path}.lock for {LockTimeout.TotalSeconds} s ({locked.Message}).");
            }
            await Task.Delay(RetryDelay, cancellation);
        }
    }

    private void CreateFolder()
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(folder, OwnerOnly | UnixFileMode.UserExecute);
    }
}
