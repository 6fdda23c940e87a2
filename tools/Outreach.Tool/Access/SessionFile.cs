using System.Text.Json;

namespace Outreach.Tool.Access;

/// <summary>
/// Where the session with one server is kept: a file that only its owner can read, replaced whole. Beside it lies a lock,
/// which a command holds while it changes the session, because a refresh token is good once and two commands may need the
/// next one at the same moment. The system lets go of the lock when a command dies.
/// </summary>
public sealed class SessionFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Longer than a refresh may take.</summary>
    private static readonly TimeSpan LockTimeout = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(20);

    private readonly string folder;

    /// <summary>The file of a server.</summary>
    /// <param name="folder">Where sessions are kept; made when the first one is.</param>
    /// <param name="server">The server's address.</param>
    public SessionFile(string folder, Uri server)
    {
        this.folder = folder;
        Path = System.IO.Path.Combine(folder, $"{server.Scheme}_{server.IdnHost.Replace(':', '.')}_{server.Port}.json");
    }

    /// <summary>The user's configuration folder: of XDG on Linux, and what corresponds to it elsewhere.</summary>
    public static string DefaultFolder => System.IO.Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData, Environment.SpecialFolderOption.DoNotVerify), "outreach", "sessions");

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Reads the session; null where nobody is signed in.</summary>
    /// <exception cref="UsageException">The file is not one of the tool.</exception>
    public StoredSession? Read()
    {
        try
        {
            return JsonSerializer.Deserialize<StoredSession>(File.ReadAllText(Path))
                ?? throw new JsonException("It is empty.");
        }
        catch (Exception none) when (none is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (JsonException broken)
        {
            throw new UsageException($"The session in {Path} cannot be read ({broken.Message}). Delete the file and sign in again.");
        }
    }

    /// <summary>Keeps a session, in the place of the one before. Only while the lock is held.</summary>
    public void Write(StoredSession session)
    {
        var partial = $"{Path}.{Guid.NewGuid():N}.partial";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        try
        {
            using (var file = new FileStream(partial, options))
            {
                JsonSerializer.Serialize(file, session);
                file.Flush(flushToDisk: true);
            }
            File.Move(partial, Path, overwrite: true);
        }
        catch
        {
            File.Delete(partial);
            throw;
        }
    }

    /// <summary>Forgets the session. Only while the lock is held.</summary>
    public void Delete() => File.Delete(Path);

    /// <summary>Takes the lock, after whoever holds it.</summary>
    /// <exception cref="UsageException">Somebody held it for a minute.</exception>
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
            // What is held is told by no type of its own; what is not there, or not allowed, is.
            catch (IOException held) when (held.GetType() == typeof(IOException))
            {
                if (waited > LockTimeout)
                    throw new UsageException($"Another command has held {Path}.lock for {LockTimeout.TotalSeconds} s ({held.Message}).");
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
