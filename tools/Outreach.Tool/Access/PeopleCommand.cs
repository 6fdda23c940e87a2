using System.CommandLine;
using Google.Protobuf.WellKnownTypes;
using Outreach.Protocol.Access.V1;
using Spectre.Console;
using Client = Outreach.Protocol.Access.V1.PeopleService.PeopleServiceClient;

namespace Outreach.Tool.Access;

/// <summary>"people": who works for an organization, what they may do, and the codes that let them in.</summary>
public static class PeopleCommand
{
    private static readonly Argument<string> Id = new("PERSON") { Description = "The person's id, never a name." };

    private static readonly Option<string> Reason = new("--reason") { Description = "Why, at most 500 characters.", Required = true };

    private static readonly Option<string> Organization = new("--organization")
    {
        Description = "Of which organization; left out: your own.",
        HelpName = "ID",
        DefaultValueFactory = _ => "",
    };

    /// <summary>Makes the command.</summary>
    public static Command Make(Terminal terminal) => new("people", "Who works for an organization, and what they may do.")
    {
        List(terminal),
        Add(terminal),
        Grant(terminal),
        End(terminal),
        Code(terminal),
    };

    private static Command List(Terminal terminal)
    {
        var all = new Option<bool>("--all") { Description = "Also those whose part has ended." };
        var command = new Command("list", "Lists people, in the order of their ids.") { Organization, all };
        command.SetCancellableAction(async (parsed, cancellation) =>
        {
            using var channel = ServerConnection.Connect(parsed);
            var people = new Client(channel);
            var request = new ListPeopleRequest
            {
                PageSize = Paging.PageSize,
                OrganizationId = parsed.GetRequiredValue(Organization),
                IncludeEnded = parsed.GetValue(all),
            };
            var table = Paging.CreateTable("PERSON", "LABEL", "KIND", "STATE", "GRANTS");
            await foreach (var person in Paging.ReadAllAsync(AskAsync, cancellation))
                table.AddTextRow(person.PersonId, person.Label, TerminalText.FormatEnum(person.Kind), State(person), GrantText.Format(person.Grants));
            terminal.Out.Write(table);
            return ExitCode.Success;

            async Task<(IEnumerable<Person>, string)> AskAsync(string token)
            {
                request.PageToken = token;
                var page = await people.ListPeopleAsync(request, cancellationToken: cancellation);
                return (page.People, page.NextPageToken);
            }
        });
        return command;
    }

    private static Command Add(Terminal terminal)
    {
        var label = new Option<string>("--label") { Description = "What colleagues know the person by at work, 1 to 100 characters.", Required = true };
        var machine = new Option<bool>("--machine") { Description = "It is a machine that works by itself." };
        var grants = new Option<string[]>("--grant") { Description = $"What the person may do; may be said several times. {GrantText.Syntax}", HelpName = "GRANT" };
        var command = new Command("add", "Adds a person; the same again changes nothing.") { Id, label, machine, grants, Organization };
        command.SetCancellableAction(async (parsed, cancellation) =>
        {
            var person = new Person
            {
                PersonId = parsed.GetRequiredValue(Id),
                OrganizationId = parsed.GetRequiredValue(Organization),
                Label = parsed.GetRequiredValue(label),
                Kind = parsed.GetValue(machine) ? PersonKind.Machine : PersonKind.Person,
                Grants = { (parsed.GetValue(grants) ?? []).Select(GrantText.Parse) },
            };
            using var channel = ServerConnection.Connect(parsed);
            var response = await new Client(channel).CreatePersonAsync(new CreatePersonRequest { Person = person }, cancellationToken: cancellation);
            return Print(terminal, response.Person);
        });
        return command;
    }

    private static Command Grant(Terminal terminal)
    {
        var given = new Argument<string[]>("GRANT")
        {
            Description = $"What the person may do from now on, besides other roles; it takes the place of what is held in the same role. {GrantText.Syntax}",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var taken = new Option<string[]>("--take") { Description = "A role to take away, wherever it is held; may be said several times.", HelpName = "ROLE" };
        var command = new Command("grant", "Gives roles to a person, and takes them away.") { Id, given, taken };
        command.SetCancellableAction(async (parsed, cancellation) =>
        {
            var gives = (parsed.GetValue(given) ?? []).Select(GrantText.Parse).ToList();
            var takes = (parsed.GetValue(taken) ?? []).Select(GrantText.ParseRole).ToList();
            if (gives.Count == 0 && takes.Count == 0)
                throw new UsageException($"Say what to give or to take. A grant is {GrantText.Syntax}");
            using var channel = ServerConnection.Connect(parsed);
            var people = new Client(channel);
            var read = await people.GetPersonAsync(new GetPersonRequest { PersonId = parsed.GetRequiredValue(Id) }, cancellationToken: cancellation);
            var kept = read.Person.Grants.Where(held => !takes.Contains(held.Role) && gives.All(give => give.Role != held.Role));
            var person = new Person { PersonId = read.Person.PersonId, Etag = read.Person.Etag, Grants = { kept.Concat(gives) } };
            var request = new UpdatePersonRequest { Person = person, UpdateMask = new FieldMask { Paths = { "grants" } } };
            var response = await people.UpdatePersonAsync(request, cancellationToken: cancellation);
            return Print(terminal, response.Person);
        });
        return command;
    }

    private static Command End(Terminal terminal)
    {
        var command = new Command("end", "Ends the part of a person: every device is shut out at once, and no code lets the person in again.") { Id, Reason };
        command.SetCancellableAction(async (parsed, cancellation) =>
        {
            using var channel = ServerConnection.Connect(parsed);
            var request = new EndPersonRequest { PersonId = parsed.GetRequiredValue(Id), Reason = parsed.GetRequiredValue(Reason) };
            var response = await new Client(channel).EndPersonAsync(request, cancellationToken: cancellation);
            return Print(terminal, response.Person);
        });
        return command;
    }

    private static Command Code(Terminal terminal)
    {
        var hours = new Option<double?>("--hours") { Description = "How long it is good for, at most 168; by default 24.", HelpName = "HOURS" };
        var noPicture = new Option<bool>("--no-picture") { Description = "Without the QR picture, which is drawn in a terminal only." };
        var command = new Command("code", "Makes a code that lets a person sign in with one device, once; an earlier one is void.") { Id, hours, noPicture };
        command.SetCancellableAction(async (parsed, cancellation) =>
        {
            var request = new CreateEnrollmentCodeRequest { PersonId = parsed.GetRequiredValue(Id) };
            if (parsed.GetValue(hours) is { } lasts)
                request.ValidFor = Duration.FromTimeSpan(TimeSpan.FromHours(lasts));
            using var channel = ServerConnection.Connect(parsed);
            var made = await new Client(channel).CreateEnrollmentCodeAsync(request, cancellationToken: cancellation);
            terminal.Out.WriteLine($"{made.Code} lets {request.PersonId} sign in with one device until {made.ExpireTime.ToDateTime():u}. It is not shown again.");
            terminal.Out.WriteLine($"Or open there: {made.QrText}");
            if (terminal.Out.Profile.Capabilities.Ansi && !parsed.GetValue(noPicture))
                terminal.Out.Write(QrCodeRenderer.Render(made.QrText));
            return ExitCode.Success;
        });
        return command;
    }

    private static int Print(Terminal terminal, Person person)
    {
        var may = person.Grants.Count > 0 ? GrantText.Format(person.Grants) : "nothing yet";
        terminal.Out.WriteLine(person.Ended
            ? $"{person.PersonId} ({person.Label}) of {person.OrganizationId} has no part in it any more."
            : $"{person.PersonId} ({person.Label}) of {person.OrganizationId} may: {may}");
        return ExitCode.Success;
    }

    private static string State(Person person) => person.Ended ? "ended" : "active";
}
