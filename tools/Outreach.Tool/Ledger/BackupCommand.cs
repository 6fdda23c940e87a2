using System.CommandLine;
using Outreach.Protocol.Upkeep.V1;
using Spectre.Console;

namespace Outreach.Tool.Ledger;

/// <summary>"backup": has the server write one consistent file on its machine.</summary>
public static class BackupCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(Terminal terminal)
    {
        var command = new Command("backup", "Has the server write all records to one file on its machine, while it goes on.");
        command.SetCancellableAction(async (parsed, cancellation) =>
        {
            using var channel = ServerConnection.Connect(parsed);
            var written = await new UpkeepService.UpkeepServiceClient(channel).BackupAsync(new BackupRequest(), cancellationToken: cancellation);
            terminal.Out.WriteLine($"{written.Facts:N0} facts in {written.File} ({written.Bytes:N0} bytes)");
            terminal.Out.WriteLine("Copy it to another machine. The key for participant codes is not in it: keep a copy of participant.key elsewhere.");
            return ExitCode.Success;
        });
        return command;
    }
}
