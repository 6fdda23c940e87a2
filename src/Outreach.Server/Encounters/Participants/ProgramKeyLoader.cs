using System.Security.Cryptography;
using NodaTime;
using Outreach.Server.Configuration;
using Outreach.Server.Ledger;

namespace Outreach.Server.Encounters.Participants;

/// <summary>Loads the program's own key for participant codes, or creates it at the first start, before the server accepts calls.</summary>
/// <remarks>
/// The ledger contains the key's fingerprint. With another key, the same code would look like another person, so the server
/// does not start with another key or without one.
/// </remarks>
internal sealed class ProgramKeyLoader(StoreSettings store, EncounterSettings settings, ILedger ledger, ProgramKeyStreamDefinition definition, IClock clock)
    : IHostedService
{
    /// <summary>The setting with the path of the key file; if it is empty, <see cref="DefaultFile"/> in the data folder.</summary>
    public const string Setting = "Outreach:ParticipantKeyFile";

    /// <summary>The name of the key file in the data folder.</summary>
    public const string DefaultFile = "participant.key";

    private ParticipantHasher? hasher;
    private bool created;

    /// <summary>The hasher with the key, available once the server has started.</summary>
    public ParticipantHasher Hasher => hasher ?? throw new InvalidOperationException("The program's key is available only after the server has started.");

    /// <exception cref="StartException">The key is missing, malformed, or not the one that the ledger was written with.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            hasher = await LoadOrCreateAsync(cancellationToken);
        }
        catch (StaleJournalException)
        {
            // Another node registered its key first; the ledger now contains it.
            hasher = await LoadOrCreateAsync(cancellationToken);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task<ParticipantHasher> LoadOrCreateAsync(CancellationToken cancel)
    {
        var journal = await ledger.OpenAsync(definition, ProgramKeyStreamDefinition.StreamId, cancel);
        var configured = settings.ParticipantKeyFile;
        var path = configured.Length == 0 ? Path.Combine(store.DataFolder, DefaultFile) : configured;
        if (!File.Exists(path))
        {
            if (configured.Length > 0)
                throw new StartException($"{Setting} must be the path of a key file; '{path}' does not exist.");
            if (journal.State.Fingerprint.Length > 0)
                throw new StartException(
                    $"The key for participant codes is missing at '{path}', but this store was written with one. Copy it there, or set {Setting} to its path.");
            created = TryCreateKeyFile(path);
        }

        var found = ReadKeyFile(path);
        if (journal.State.Fingerprint.Length == 0)
            await journal.AppendAsync([new ProgramKeyRegistered(found.Fingerprint)], clock.GetCurrentInstant());
        else if (journal.State.Fingerprint != found.Fingerprint)
            throw CreateMismatchException(path);
        return found;
    }

    /// <summary>The error for a wrong key. Deletes the key if this start created it while another node registered its own first.</summary>
    private StartException CreateMismatchException(string path)
    {
        if (!created)
            return new StartException($"The key for participant codes at '{path}' is not the one that this store was written with.");
        File.Delete(path);
        return new StartException($"Another node started first and created the key for participant codes. Copy that key to '{path}', or set {Setting} to its path.");
    }

    private static ParticipantHasher ReadKeyFile(string path)
    {
        var bytes = File.ReadAllBytes(path);
        return bytes.Length == ParticipantHasher.KeyBytes
            ? new ParticipantHasher(bytes)
            : throw new StartException($"The key for participant codes at '{path}' must have {ParticipantHasher.KeyBytes} bytes; this has {bytes.Length}.");
    }

    /// <summary>Writes a new key to a temporary file that only its owner can read, then moves it to its final name.</summary>
    /// <returns>False if another process with the same folder created it first.</returns>
    private static bool TryCreateKeyFile(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var unfinished = $"{path}.{Guid.NewGuid():N}";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var file = new FileStream(unfinished, options))
        {
            file.Write(RandomNumberGenerator.GetBytes(ParticipantHasher.KeyBytes));
            file.Flush(flushToDisk: true);
        }

        try
        {
            File.Move(unfinished, path, overwrite: false);
            return true;
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(unfinished);
            return false;
        }
    }
}
