using System.Security.Cryptography;
using NodaTime;
using Outreach.Server.Configuration;
using Outreach.Server.Ledger;

namespace Outreach.Server.Encounters.Participants;

/// <summary>The program's own key for participant codes: read, or made at the first start, before anything is served.</summary>
/// <remarks>
/// The ledger keeps the key's fingerprint. With another key the same code would look like another person, so a server
/// that has another, or has lost it, does not start.
/// </remarks>
internal sealed class ProgramKeyLoader(StoreSettings store, EncounterSettings settings, ILedger ledger, ProgramKeyStreamDefinition definition, IClock clock)
    : IHostedService
{
    /// <summary>The setting that names a key file; without it, it is <see cref="DefaultFile"/> in the data folder.</summary>
    public const string Setting = "Outreach:ParticipantKeyFile";

    /// <summary>The key's file in the data folder.</summary>
    public const string DefaultFile = "participant.key";

    private ParticipantHasher? hasher;
    private bool created;

    /// <summary>The key, once the server has started.</summary>
    public ParticipantHasher Hasher => hasher ?? throw new InvalidOperationException("The program's key is read when the server starts; it has not.");

    /// <exception cref="StartException">The key is missing, malformed, or not the one that the ledger was written with.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            hasher = await LoadOrCreateAsync(cancellationToken);
        }
        catch (StaleJournalException)
        {
            // Another node was first to say which key it is: now it is known.
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
                throw new StartException($"{Setting} names '{path}', which is not there.");
            if (journal.State.Fingerprint.Length > 0)
                throw new StartException(
                    $"The key for participant codes is not at '{path}', and this store was written with one. Copy it there, or name it with {Setting}.");
            created = TryCreateKeyFile(path);
        }

        var found = ReadKeyFile(path);
        if (journal.State.Fingerprint.Length == 0)
            await journal.AppendAsync([new ProgramKeyRegistered(found.Fingerprint)], clock.GetCurrentInstant());
        else if (journal.State.Fingerprint != found.Fingerprint)
            throw CreateMismatchException(path);
        return found;
    }

    /// <summary>Why a key is of no use. One that this very start made, while another node was first, does not stay in the way.</summary>
    private StartException CreateMismatchException(string path)
    {
        if (!created)
            return new StartException($"The key for participant codes at '{path}' is not the one that this store was written with.");
        File.Delete(path);
        return new StartException($"Another node was the first to start, and made the key for participant codes. Copy it to '{path}', or name it with {Setting}.");
    }

    private static ParticipantHasher ReadKeyFile(string path)
    {
        var bytes = File.ReadAllBytes(path);
        return bytes.Length == ParticipantHasher.KeyBytes
            ? new ParticipantHasher(bytes)
            : throw new StartException($"The key for participant codes at '{path}' has {bytes.Length} bytes; it must have {ParticipantHasher.KeyBytes}.");
    }

    /// <summary>Makes the key complete before it appears under its name, readable by its owner alone.</summary>
    /// <returns>False where another process that starts on the same folder was first.</returns>
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
