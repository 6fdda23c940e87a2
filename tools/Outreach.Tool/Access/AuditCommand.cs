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

/// <summary>The "audit" command: shows and exports the audit log of access to person-related data and of administrative changes.</summary>
public static class AuditCommand
{
    private static readonly JsonFormatter Json = new(JsonFormatter.Settings.Default.WithPreserveProtoFieldNames(true));

    private static readonly Option<string> Organization = CreateTextOption("--organization", "The organization; by default, your own.", "ID");
    private static readonly Option<string> Person = CreateTextOption("--person", "Only actions of this person.", "PERSON");
    private static readonly Option<string> Device = CreateTextOption("--device", "Only actions from this device.", "DEVICE");
    private static readonly Option<string> Method = CreateTextOption("--method", "Only calls of this method, written as in the entries.", "METHOD");
    private static readonly Option<string> Subject = CreateTextOption("--subject", "Only entries about this subject, for example site_id=van-1.", "FIELD=ID");
    private static readonly Option<string?> Kind = new Option<string?>("--kind") { Description = "Only entries of this kind." }.AcceptOnlyFromAmong(EnumText.KebabCase.Names<AuditKind>());
    private static readonly Option<DateTimeOffset?> Since = CreateTimeOption("--since", "Only entries at or after this time; UTC unless an offset is given.");
    private static readonly Option<DateTimeOffset?> Until = CreateTimeOption("--until", "Only entries before this time; UTC unless an offset is given.");

    /// <summary>Creates the command. Reading the audit log is itself audited.</summary>
    public static Command Create(Terminal terminal) => new("audit", "Show or export the audit log.")
    {
        CreateListCommand(terminal),
        CreateExportCommand(terminal),
    };

    private static Command CreateListCommand(Terminal terminal)
    {
        var maximum = new Option<int>("--most") { Description = "The maximum number of entries; 0 for all.", HelpName = "COUNT", DefaultValueFactory = _ => 50 };
        var command = CreateFilteredCommand("list", "List entries, latest first.");
        command.Add(maximum);
        command.SetCancellableAction(async (parsed, cancellation) =>
        {
            var limit = parsed.GetValue(maximum);
            if (limit < 0)
                throw new UsageException($"--most must be 0 or more, not {limit}.");
            using var channel = ServerConnection.Connect(parsed);
            var audit = new Client(channel);
            var request = new ListAuditEntriesRequest { PageSize = limit == 0 ? Paging.PageSize : Math.Min(limit, Paging.PageSize), Filter = CreateFilter(parsed) };
            var table = Paging.CreateTable("NUMBER", "TIME", "KIND", "PERSON", "DEVICE", "METHOD", "SUBJECTS", "REASON");
            var entries = Paging.ReadAllAsync(GetPageAsync, cancellation);
            await foreach (var entry in limit == 0 ? entries : entries.Take(limit))
            {
                table.AddTextRow(
                    $"{entry.Number}", $"{entry.Time.ToDateTime():u}", EnumText.KebabCase.Format(entry.Kind), entry.PersonId, entry.DeviceId, entry.Method,
                    string.Join(' ', entry.Subjects), entry.Reason);
            }
            terminal.Out.Write(table);
            return ExitCode.Success;

            async Task<(IEnumerable<AuditEntry>, string)> GetPageAsync(string token)
            {
                request.PageToken = token;
                var page = await audit.ListAuditEntriesAsync(request, cancellationToken: cancellation);
                return (page.Entries, page.NextPageToken);
            }
        });
        return command;
    }

    private static Command CreateExportCommand(Terminal terminal)
    {
        var after = new Option<long>("--after") { Description = "Only entries with a higher number, for example the last number of an earlier export.", HelpName = "NUMBER" };
        var command = CreateFilteredCommand("export", "Write entries to a file, oldest first. If the export fails, no file is left behind.");
        command.Add(ExportCommand.To);
        command.Add(ExportCommand.Format);
        command.Add(after);
        command.SetCancellableAction(async (parsed, cancellation) =>
        {
            var path = Path.GetFullPath(parsed.GetRequiredValue(ExportCommand.To));
            using var channel = ServerConnection.Connect(parsed);
            var request = new ExportAuditEntriesRequest { AfterNumber = parsed.GetValue(after), Filter = CreateFilter(parsed) };
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
            entry.OrganizationId, $"{entry.Number}", entry.Time.ToDateTime().ToString("O"), EnumText.KebabCase.Format(entry.Kind), entry.PersonId, entry.DeviceId,
            entry.Method, string.Join(' ', entry.Subjects), entry.Reason,
        ],
        JsonNode.Parse(Json.Format(entry))!);

    private static AuditFilter CreateFilter(ParseResult parsed) => new()
    {
        OrganizationId = parsed.GetRequiredValue(Organization),
        PersonId = parsed.GetRequiredValue(Person),
        DeviceId = parsed.GetRequiredValue(Device),
        Method = parsed.GetRequiredValue(Method),
        Subject = parsed.GetRequiredValue(Subject),
        Kind = EnumText.KebabCase.ParseOrDefault<AuditKind>(parsed.GetValue(Kind)),
        From = parsed.GetValue(Since)?.ToTimestamp(),
        To = parsed.GetValue(Until)?.ToTimestamp(),
    };

    private static Command CreateFilteredCommand(string name, string description) =>
        new(name, description) { Organization, Person, Device, Method, Subject, Kind, Since, Until };

    private static Option<string> CreateTextOption(string name, string description, string helpName) =>
        new(name) { Description = description, HelpName = helpName, DefaultValueFactory = _ => "" };

    private static Option<DateTimeOffset?> CreateTimeOption(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "TIME",
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
                return time;
            result.AddError($"{name} must be a time such as 2026-01-31 or 2026-01-31T12:00:00Z, not '{text}'.");
            return null;
        },
    };
}
