using System.CommandLine;
using Grpc.Net.Client;
using Spectre.Console;

namespace Outreach.Tool.Ledger;

/// <summary>"export": writes events or encounters to a file. The file appears only once it is complete.</summary>
public static class ExportCommand
{
    /// <summary>The file.</summary>
    internal static readonly Option<string> To = new("--to")
    {
        Description = "The file. An existing one is replaced at the end.",
        HelpName = "FILE",
        Required = true,
    };

    /// <summary>The format of the file.</summary>
    internal static readonly Option<string> Format = new Option<string>("--format")
    {
        Description = "jsonl: a JSON object a line. csv: with a header.",
        Required = true,
    }.AcceptOnlyFromAmong("jsonl", "csv");

    private delegate Task ExportAction(GrpcChannel channel, RecordWriter writer, Action<int> written, CancellationToken cancellation);

    /// <summary>Makes the command.</summary>
    public static Command Create(Terminal terminal) => new("export", "Writes what is recorded to a file.")
    {
        CreateSubcommand(
            "events",
            "Every fact of the ledger as it is stored, in the order of commit.",
            terminal,
            (channel, writer, written, c) => EventExport.WriteAsync(new(channel), writer, written, c)),
        CreateSubcommand(
            "encounters",
            "Encounters as they stand, latest recorded first, also voided ones. Without participant codes or their keys; with the ids of who sent them at sites that you coordinate.",
            terminal,
            (channel, writer, written, c) => EncounterExport.WriteAsync(new(channel), writer, written, c)),
    };

    private static Command CreateSubcommand(string name, string description, Terminal terminal, ExportAction export)
    {
        var command = new Command(name, description) { To, Format };
        command.SetCancellableAction(async (parsed, cancellation) =>
        {
            var path = Path.GetFullPath(parsed.GetRequiredValue(To));
            using var channel = ServerConnection.Connect(parsed);
            var count = 0L;
            await terminal.Err.Status().StartAsync($"{name}: 0", async status =>
            {
                await AtomicFile.WriteAsync(path, async text =>
                {
                    using var writer = RecordWriter.For(parsed.GetRequiredValue(Format), text);
                    await export(channel, writer, records => status.Status($"{name}: {count += records:N0}"), cancellation);
                });
            });
            terminal.Out.WriteLine($"{count:N0} {name} in {path}");
            return ExitCode.Success;
        });
        return command;
    }
}
