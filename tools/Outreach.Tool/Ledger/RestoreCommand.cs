using System.CommandLine;
using Spectre.Console;

namespace Outreach.Tool.Ledger;

/// <summary>"restore": puts a backup in the place of the store of a server that is stopped.</summary>
public static class RestoreCommand
{
    private const string Store = "outreach.db";

    /// <summary>The files of a store that a backup takes the place of: the last is the record of its last commit.</summary>
    private static readonly string[] Replaced = [Store, "outreach.db-wal", "outreach.db-shm", "outreach.last-commit"];

    private static readonly byte[] Magic = "SQLite format 3\0"u8.ToArray();

    private static readonly Argument<FileInfo> Backup = new("FILE") { Description = "A file that backup wrote." };

    private static readonly Option<DirectoryInfo> To = new("--to") { Description = "The data folder of the server, which must be stopped.", Required = true };

    /// <summary>Makes the command.</summary>
    public static Command Create(Terminal terminal)
    {
        var command = new Command("restore", "Puts a backup in the place of the store in a data folder. The store that is there is kept in a folder beside it.") { Backup, To };
        command.SetAction(parsed =>
        {
            var (backup, folder) = (parsed.GetRequiredValue(Backup), parsed.GetRequiredValue(To));
            var kept = Restore(backup, folder);
            terminal.Out.WriteLine($"{backup.Name} is restored to {folder.FullName}.{(kept is null ? "" : $" The store that was there is in {kept}.")}");
            if (!File.Exists(Path.Combine(folder.FullName, "participant.key")))
                terminal.Out.WriteLine("Copy participant.key there too: the server does not start without it.");
            terminal.Out.WriteLine("Start the server, and then run: outreach verify");
            return ExitCode.Success;
        });
        return command;
    }

    /// <returns>Where the store that was there is now; null where there was none.</returns>
    private static string? Restore(FileInfo backup, DirectoryInfo folder)
    {
        CheckBackup(backup);
        folder.Create();
        // The server holds this file open for as long as it runs.
        using var locked = new FileStream(Path.Combine(folder.FullName, "outreach.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        var partial = Path.Combine(folder.FullName, $"{Store}.restoring");
        Copy(backup, partial);
        var kept = KeepStore(folder);
        File.Move(partial, Path.Combine(folder.FullName, Store));
        return kept;
    }

    private static void CheckBackup(FileInfo backup)
    {
        var start = new byte[Magic.Length];
        using var file = backup.OpenRead();
        if (file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) < start.Length || !start.AsSpan().SequenceEqual(Magic))
            throw new UsageException($"{backup.FullName} is no backup.");
        if (File.Exists(backup.FullName + "-wal"))
            throw new UsageException($"{backup.FullName} is the store of a server and not a backup: a part of it is in {backup.Name}-wal.");
    }

    private static void Copy(FileInfo backup, string to)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var from = backup.OpenRead();
        using var file = new FileStream(to, options);
        from.CopyTo(file);
        file.Flush(flushToDisk: true);
    }

    private static string? KeepStore(DirectoryInfo folder)
    {
        var there = Replaced.Select(name => Path.Combine(folder.FullName, name)).Where(File.Exists).ToList();
        if (there.Count == 0)
            return null;
        var kept = folder.CreateSubdirectory($"replaced-{DateTime.UtcNow:yyyyMMdd'T'HHmmssfff'Z'}").FullName;
        there.ForEach(file => File.Move(file, Path.Combine(kept, Path.GetFileName(file))));
        return kept;
    }
}
