using System.CommandLine;
using Google.Protobuf.WellKnownTypes;
using Outreach.Protocol.Access.V1;
using Spectre.Console;
using Client = Outreach.Protocol.Access.V1.PeopleService.PeopleServiceClient;

namespace Outreach.Tool.Access;

/// <summary>The "people" command: people, their roles and their sign-in codes.</summary>
public static class PeopleCommand
{
    private static readonly Argument<string> Id = new("PERSON") { Description = "The person's id, never a name." };

    private static readonly Option<string> Reason = new("--reason") { Description = "The reason, at most 500 characters.", Required = true };

    private static readonly Option<string> Organization = new("--organization")
    {
        Description = "The organization; by default, your own.",
        HelpName = "ID",
        DefaultValueFactory = _ => "",
    };

    public static Command Create(Terminal terminal) => new("people", "List, add and change people, and create sign-in codes.")
    {
        CreateListCommand(terminal),
        CreateAddCommand(terminal),
        CreateGrantCommand(terminal),
        CreateEndCommand(terminal),
        CreateCodeCommand(terminal),
    };

    private static Command CreateListCommand(Terminal terminal)
    {
        var includeEnded = new Option<bool>("--all") { Description = "Include people whose access has ended." };
        var command = new Command("list", "List people, sorted by id.") { Organization, includeEnded };
        command.SetCancellableAction(async (parsed, cancellation) =>
        {
            using var channel = ServerConnection.Connect(parsed);
            var people = new Client(channel);
            var request = new ListPeopleRequest
            {
                PageSize = Paging.PageSize,
                OrganizationId = parsed.GetRequiredValue(Organization),
                IncludeEnded = parsed.GetValue(includeEnded),
            };
            var table = Paging.CreateTable("PERSON", "LABEL", "KIND", "STATE", "GRANTS");
            await foreach (var person in Paging.ReadAllAsync(GetPageAsync, cancellation))
                table.AddTextRow(person.PersonId, person.Label, EnumText.KebabCase.Format(person.Kind), State(person), GrantText.Format(person.Grants));
            terminal.Out.Write(table);
            return ExitCode.Success;

            async Task<(IEnumerable<Person>, string)> GetPageAsync(string token)
            {
                request.PageToken = token;
                var page = await people.ListPeopleAsync(request, cancellationToken: cancellation);
                return (page.People, page.NextPageToken);
            }
        });
        return command;
    }

    private static Command CreateAddCommand(Terminal terminal)
    {
        var label = new Option<string>("--label") { Description = "The name that colleagues use at work, 1 to 100 characters.", Required = true };
        var machine = new Option<bool>("--machine") { Description = "A program that runs unattended, not a person." };
        var grants = new Option<string[]>("--grant") { Description = $"A role of the person. Can be repeated. {GrantText.Syntax}", HelpName = "GRANT" };
        var command = new Command("add", "Add a person. Repeating the command changes nothing.") { Id, label, machine, grants, Organization };
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

    private static Command CreateGrantCommand(Terminal terminal)
    {
        var grants = new Argument<string[]>("GRANT")
        {
            Description = $"A role to give. It replaces an existing grant of the same role. {GrantText.Syntax}",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var take = new Option<string[]>("--take") { Description = "A role to take away at all sites. Can be repeated.", HelpName = "ROLE" };
        var command = new Command("grant", "Give roles to a person, or take roles away.") { Id, grants, take };
        command.SetCancellableAction(async (parsed, cancellation) =>
        {
            var granted = (parsed.GetValue(grants) ?? []).Select(GrantText.Parse).ToList();
            var taken = (parsed.GetValue(take) ?? []).Select(GrantText.ParseRole).ToList();
            if (granted.Count == 0 && taken.Count == 0)
                throw new UsageException($"Specify a role to give or to take. A grant is {GrantText.Syntax}");
            using var channel = ServerConnection.Connect(parsed);
            var people = new Client(channel);
            var current = await people.GetPersonAsync(new GetPersonRequest { PersonId = parsed.GetRequiredValue(Id) }, cancellationToken: cancellation);
            var remaining = current.Person.Grants.Where(grant => !taken.Contains(grant.Role) && granted.All(given => given.Role != grant.Role));
            var person = new Person { PersonId = current.Person.PersonId, Etag = current.Person.Etag, Grants = { remaining.Concat(granted) } };
            var request = new UpdatePersonRequest { Person = person, UpdateMask = new FieldMask { Paths = { "grants" } } };
            var response = await people.UpdatePersonAsync(request, cancellationToken: cancellation);
            return Print(terminal, response.Person);
        });
        return command;
    }

    private static Command CreateEndCommand(Terminal terminal)
    {
        var command = new Command("end", "End a person's access permanently. Every device is shut out immediately and no new code can be created.") { Id, Reason };
        command.SetCancellableAction(async (parsed, cancellation) =>
        {
            using var channel = ServerConnection.Connect(parsed);
            var request = new EndPersonRequest { PersonId = parsed.GetRequiredValue(Id), Reason = parsed.GetRequiredValue(Reason) };
            var response = await new Client(channel).EndPersonAsync(request, cancellationToken: cancellation);
            return Print(terminal, response.Person);
        });
        return command;
    }

    private static Command CreateCodeCommand(Terminal terminal)
    {
        var hours = new Option<double?>("--hours") { Description = "How long the code is valid, at most 168; by default 24.", HelpName = "HOURS" };
        var noPicture = new Option<bool>("--no-picture") { Description = "Do not show a QR code. It is never written to a file or pipe." };
        var command = new Command("code", "Create a code for signing in with one device. It replaces an earlier code.") { Id, hours, noPicture };
        command.SetCancellableAction(async (parsed, cancellation) =>
        {
            var request = new CreateEnrollmentCodeRequest { PersonId = parsed.GetRequiredValue(Id) };
            if (parsed.GetValue(hours) is { } validHours)
                request.ValidFor = Duration.FromTimeSpan(TimeSpan.FromHours(validHours));
            using var channel = ServerConnection.Connect(parsed);
            var response = await new Client(channel).CreateEnrollmentCodeAsync(request, cancellationToken: cancellation);
            terminal.Out.WriteLine($"{response.Code} lets {request.PersonId} sign in with one device until {response.ExpireTime.ToDateTime():u}. It will not be shown again.");
            terminal.Out.WriteLine($"Or open this link on the device: {response.QrText}");
            if (terminal.Out.Profile.Capabilities.Ansi && !parsed.GetValue(noPicture))
                terminal.Out.Write(QrCodeRenderer.Render(response.QrText));
            return ExitCode.Success;
        });
        return command;
    }

    private static int Print(Terminal terminal, Person person)
    {
        var grants = person.Grants.Count > 0 ? GrantText.Format(person.Grants) : "nothing yet";
        terminal.Out.WriteLine(person.Ended
            ? $"{person.PersonId} ({person.Label}) of {person.OrganizationId} no longer has access."
            : $"{person.PersonId} ({person.Label}) of {person.OrganizationId} may: {grants}");
        return ExitCode.Success;
    }

    private static string State(Person person) => person.Ended ? "ended" : "active";
}
