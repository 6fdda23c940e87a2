using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Outreach.Protocol.Access.V1;
using Outreach.Tool.Ledger;
using Spectre.Console;
using Client = Outreach.Protocol.Access.V1.AuditService.AuditServiceClient;

namespace Outreach.Tool.Access;

/// <summary>"audit": the record of every look at what is linked to a person, and of every administrative act.</summary>
public static class AuditCommand
{
    private static readonly JsonFormatter Json = new(JsonFormatter.Settings.Default.WithPreserveProtoFieldNames(true));

    private static readonly Option<string> Organization = TextOption("--organization", "Whose record; left out: your own organization's.", "ID");
    private static readonly Option<string> Person = TextOption("--person", "Only what this person did.", "PERSON");
    private static readonly Option<string> Device = TextOption("--device", "Only what came from this device.", "DEVICE");
    private static readonly Option<string> Method = TextOption("--method", "Only calls of this method, as entries name it.", "METHOD");
    private static readonly Option<string> Subject = TextOption("--subject", "Only entries about this, for example site_id=van-1.", "FIELD=ID");
    private static readonly Option<string?> Kind = new Option<string?>("--kind") { Description = "Only this sort." }.AcceptOnlyFromAmong(TerminalText.EnumNames<AuditKind>());
    private static readonly Option<DateTimeOffset?> Since = InstantOption("--since", "Only at or after this moment; without an offset it is read as UTC.");
    private static readonly Option<DateTimeOffset?> Until = InstantOption("--until", "Only before this moment; without an offset it is read as UTC.");

    /// <summary>Makes the command. Reading the record is an entry in it.</summary>
    public static Command Make(Terminal terminal) => new("audit", "The record of every look and of every administrative act.")
    {
        List(terminal),
        Export(terminal),
    };

    private static Command List(Terminal terminal)
    {
        var most = new Option<int>("--most") { Description = "Entries at most; 0 for all.", HelpName = "COUNT", DefaultValueFactory = _ => 50 };
        var command = FilteredCommand("list", "Lists entries, latest first.");
        command.Add(most);
        command.SetCancellableAction(async (parsed, cancellation) =>
        {
            var limit = parsed.GetValue(most);
            if (limit < 0)
                throw new UsageException($"--most takes a count from 0; this is {limit}.");
            using var channel = ServerConnection.Connect(parsed);
            var audit = new Client(channel);
            var request = new ListAuditEntriesRequest { PageSize = limit == 0 ? Paging.PageSize : Math.Min(limit, Paging.PageSize), Filter = FilterOf(parsed) };
            var table = Paging.CreateTable("NUMBER", "TIME", "KIND", "PERSON", "DEVICE", "METHOD", "SUBJECTS", "REASON");
            var entries = Paging.ReadAllAsync(AskAsync, cancellation);
            await foreach (var entry in limit == 0 ? entries : entries.Take(limit))
            {
                table.AddTextRow(
                    $"{entry.Number}", $"{entry.Time.ToDateTime():u}", TerminalText.FormatEnum(entry.Kind), entry.PersonId, entry.DeviceId, entry.Method,
                    string.Join(' ', entry.Subjects), entry.Reason);
            }
            terminal.Out.Write(table);
            return ExitCode.Success;

            async Task<(IEnumerable<AuditEntry>, string)> AskAsync(string token)
            {
                request.PageToken = token;
                var page = await audit.ListAuditEntriesAsync(request, cancellationToken: cancellation);
                return (page.Entries, page.NextPageToken);
            }
        });
        return command;
    }

    private static Command Export(Terminal terminal)
    {
        var after = new Option<long>("--after") { Description = "Only entries after this number: those of an earlier export are left out.", HelpName = "NUMBER" };
        var command = FilteredCommand("export", "Writes entries to a file, in order; it is there whole or not at all.");
        command.Add(ExportCommand.To);
        command.Add(ExportCommand.Format);
        command.Add(after);
        command.SetCancellableAction(async (parsed, cancellation) =>
        {
            var path = Path.GetFullPath(parsed.GetRequiredValue(ExportCommand.To));
            using var channel = ServerConnection.Connect(parsed);
            var request = new ExportAuditEntriesRequest { AfterNumber = parsed.GetValue(after), Filter = FilterOf(parsed) };
            using var call = new Client(channel).ExportAuditEntries(request, cancellationToken: cancellation);
            var count = 0L;
            await AtomicFile.WriteAsync(path, async text =>
            {
                using var writer = RecordWriter.For(parsed.GetRequiredValue(ExportCommand.Format), text);
                writer.WriteHeader(["organization_id", "number", "time", "kind", "person_id", "device_id", "method", "subjects", "reason"]);
                await foreach (var response in call.ResponseStream.ReadAllAsync(cancellation))
                {
                    foreach (var entry in response.Entries)
                        Write(writer, entry);
                    count += response.Entries.Count;
                }
            });
            terminal.Out.WriteLine($"{count:N0} audit entries in {path}");
            return ExitCode.Success;
        });
        return command;
    }

    private static void Write(RecordWriter writer, AuditEntry entry) => writer.Write(
        [
            entry.OrganizationId, $"{entry.Number}", entry.Time.ToDateTime().ToString("O"), TerminalText.FormatEnum(entry.Kind), entry.PersonId, entry.DeviceId,
            entry.Method, string.Join(' ', entry.Subjects), entry.Reason,
        ],
        JsonNode.Parse(Json.Format(entry))!);

    private static AuditFilter FilterOf(ParseResult parsed) => new()
    {
        OrganizationId = parsed.GetRequiredValue(Organization),
        PersonId = parsed.GetRequiredValue(Person),
        DeviceId = parsed.GetRequiredValue(Device),
        Method = parsed.GetRequiredValue(Method),
        Subject = parsed.GetRequiredValue(Subject),
        Kind = TerminalText.ParseEnum<AuditKind>(parsed.GetValue(Kind)),
        From = parsed.GetValue(Since)?.ToTimestamp(),
        To = parsed.GetValue(Until)?.ToTimestamp(),
    };

    private static Command FilteredCommand(string name, string description) =>
        new(name, description) { Organization, Person, Device, Method, Subject, Kind, Since, Until };

    private static Option<string> TextOption(string name, string description, string help) =>
        new(name) { Description = description, HelpName = help, DefaultValueFactory = _ => "" };

    private static Option<DateTimeOffset?> InstantOption(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "MOMENT",
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment))
                return moment;
            result.AddError($"{name} takes a moment such as 2026-01-31 or 2026-01-31T12:00:00Z; this is '{text}'.");
            return null;
        },
    };
}
