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
    private static readonly JsonFormatter Whole = new(JsonFormatter.Settings.Default.WithPreserveProtoFieldNames(true));

    private static readonly Option<string> Organization = Text("--organization", "Whose record; left out: your own organization's.", "ID");
    private static readonly Option<string> Person = Text("--person", "Only what this person did.", "PERSON");
    private static readonly Option<string> Device = Text("--device", "Only what came from this device.", "DEVICE");
    private static readonly Option<string> Method = Text("--method", "Only calls of this method, as entries name it.", "METHOD");
    private static readonly Option<string> Subject = Text("--subject", "Only entries about this, for example site_id=van-1.", "FIELD=ID");
    private static readonly Option<string?> Kind = new Option<string?>("--kind") { Description = "Only this sort." }.AcceptOnlyFromAmong(Words.All<AuditKind>());
    private static readonly Option<DateTimeOffset?> Since = Moment("--since", "Only at or after this moment; without an offset it is read as UTC.");
    private static readonly Option<DateTimeOffset?> Until = Moment("--until", "Only before this moment; without an offset it is read as UTC.");

    /// <summary>Makes the command. Reading the record is an entry in it.</summary>
    public static Command Make(Terminal terminal) => new("audit", "The record of every look and of every administrative act.")
    {
        List(terminal),
        Export(terminal),
    };

    private static Command List(Terminal terminal)
    {
        var most = new Option<int>("--most") { Description = "Entries at most; 0 for all.", HelpName = "COUNT", DefaultValueFactory = _ => 50 };
        var command = Filtered("list", "Lists entries, latest first.");
        command.Add(most);
        command.Does(async (parsed, cancellation) =>
        {
            var limit = parsed.GetValue(most);
            if (limit < 0)
                throw new UsageException($"--most takes a count from 0; this is {limit}.");
            using var channel = Server.Connect(parsed);
            var audit = new Client(channel);
            var request = new ListAuditEntriesRequest { PageSize = limit == 0 ? Pages.Size : Math.Min(limit, Pages.Size), Filter = FilterOf(parsed) };
            var table = Pages.Table("NUMBER", "TIME", "KIND", "PERSON", "DEVICE", "METHOD", "SUBJECTS", "REASON");
            var entries = Pages.AllAsync(AskAsync, cancellation);
            await foreach (var entry in limit == 0 ? entries : entries.Take(limit))
            {
                table.Row(
                    $"{entry.Number}", $"{entry.Time.ToDateTime():u}", Words.Of(entry.Kind), entry.PersonId, entry.DeviceId, entry.Method,
                    string.Join(' ', entry.Subjects), entry.Reason);
            }
            terminal.Out.Write(table);
            return ExitCode.Done;

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
        var command = Filtered("export", "Writes entries to a file, in order; it is there whole or not at all.");
        command.Add(ExportCommand.To);
        command.Add(ExportCommand.Format);
        command.Add(after);
        command.Does(async (parsed, cancellation) =>
        {
            var path = Path.GetFullPath(parsed.GetRequiredValue(ExportCommand.To));
            using var channel = Server.Connect(parsed);
            var request = new ExportAuditEntriesRequest { AfterNumber = parsed.GetValue(after), Filter = FilterOf(parsed) };
            using var call = new Client(channel).ExportAuditEntries(request, cancellationToken: cancellation);
            var count = 0L;
            await WholeFile.WriteAsync(path, async text =>
            {
                using var writer = RecordWriter.For(parsed.GetRequiredValue(ExportCommand.Format), text);
                writer.Head(["organization_id", "number", "time", "kind", "person_id", "device_id", "method", "subjects", "reason"]);
                await foreach (var response in call.ResponseStream.ReadAllAsync(cancellation))
                {
                    foreach (var entry in response.Entries)
                        Write(writer, entry);
                    count += response.Entries.Count;
                }
            });
            terminal.Out.WriteLine($"{count:N0} audit entries in {path}");
            return ExitCode.Done;
        });
        return command;
    }

    private static void Write(RecordWriter writer, AuditEntry entry) => writer.Write(
        [
            entry.OrganizationId, $"{entry.Number}", entry.Time.ToDateTime().ToString("O"), Words.Of(entry.Kind), entry.PersonId, entry.DeviceId,
            entry.Method, string.Join(' ', entry.Subjects), entry.Reason,
        ],
        JsonNode.Parse(Whole.Format(entry))!);

    private static AuditFilter FilterOf(ParseResult parsed) => new()
    {
        OrganizationId = parsed.GetRequiredValue(Organization),
        PersonId = parsed.GetRequiredValue(Person),
        DeviceId = parsed.GetRequiredValue(Device),
        Method = parsed.GetRequiredValue(Method),
        Subject = parsed.GetRequiredValue(Subject),
        Kind = Words.Read<AuditKind>(parsed.GetValue(Kind)),
        From = parsed.GetValue(Since)?.ToTimestamp(),
        To = parsed.GetValue(Until)?.ToTimestamp(),
    };

    private static Command Filtered(string name, string description) =>
        new(name, description) { Organization, Person, Device, Method, Subject, Kind, Since, Until };

    private static Option<string> Text(string name, string description, string help) =>
        new(name) { Description = description, HelpName = help, DefaultValueFactory = _ => "" };

    private static Option<DateTimeOffset?> Moment(string name, string description) => new(name)
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
