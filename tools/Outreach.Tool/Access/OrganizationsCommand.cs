using System.CommandLine;
using Google.Protobuf.WellKnownTypes;
using Outreach.Protocol.Access.V1;
using Spectre.Console;
using Client = Outreach.Protocol.Access.V1.OrganizationService.OrganizationServiceClient;

namespace Outreach.Tool.Access;

/// <summary>"organizations": who shares the installation. Adding and changing is for those who keep it.</summary>
public static class OrganizationsCommand
{
    private static readonly Argument<string> Id = new("ORGANIZATION") { Description = "The organization's id." };

    private static readonly Option<string[]> FiguresFrom = new("--figures-from")
    {
        Description = "An organization whose aggregate figures a health department may see; may be said several times.",
        HelpName = "ID",
    };

    /// <summary>Makes the command.</summary>
    public static Command Make(Terminal terminal) => new("organizations", "The organizations that share the installation.")
    {
        List(terminal),
        Add(terminal),
        Figures(terminal),
    };

    private static Command List(Terminal terminal)
    {
        var command = new Command("list", "Lists your own, or all for those who keep the installation, in the order of their ids.");
        command.SetCancellableAction(async (parsed, cancellation) =>
        {
            using var channel = ServerConnection.Connect(parsed);
            var organizations = new Client(channel);
            var table = Paging.CreateTable("ORGANIZATION", "NAME", "KIND", "FIGURES FROM");
            await foreach (var organization in Paging.ReadAllAsync(AskAsync, cancellation))
                table.AddTextRow(organization.OrganizationId, organization.Name, TerminalText.FormatEnum(organization.Kind), string.Join(',', organization.FiguresFrom));
            terminal.Out.Write(table);
            return ExitCode.Success;

            async Task<(IEnumerable<Organization>, string)> AskAsync(string token)
            {
                var request = new ListOrganizationsRequest { PageSize = Paging.PageSize, PageToken = token };
                var page = await organizations.ListOrganizationsAsync(request, cancellationToken: cancellation);
                return (page.Organizations, page.NextPageToken);
            }
        });
        return command;
    }

    private static Command Add(Terminal terminal)
    {
        var name = new Option<string>("--name") { Description = "What people call it, 1 to 100 characters.", Required = true };
        var kind = new Option<string>("--kind") { Description = "What it is.", Required = true }.AcceptOnlyFromAmong(TerminalText.EnumNames<OrganizationKind>());
        var command = new Command("add", "Adds an organization; the same again changes nothing.") { Id, name, kind, FiguresFrom };
        command.SetCancellableAction(async (parsed, cancellation) =>
        {
            var organization = new Organization
            {
                OrganizationId = parsed.GetRequiredValue(Id),
                Name = parsed.GetRequiredValue(name),
                Kind = TerminalText.ParseEnum<OrganizationKind>(parsed.GetRequiredValue(kind)),
                FiguresFrom = { parsed.GetValue(FiguresFrom) ?? [] },
            };
            using var channel = ServerConnection.Connect(parsed);
            var request = new CreateOrganizationRequest { Organization = organization };
            return Print(terminal, (await new Client(channel).CreateOrganizationAsync(request, cancellationToken: cancellation)).Organization);
        });
        return command;
    }

    private static Command Figures(Terminal terminal)
    {
        var command = new Command("figures", "Says whose aggregate figures a health department may see, all of them anew; none: nobody's.") { Id, FiguresFrom };
        command.SetCancellableAction(async (parsed, cancellation) =>
        {
            using var channel = ServerConnection.Connect(parsed);
            var request = new UpdateOrganizationRequest
            {
                Organization = new Organization { OrganizationId = parsed.GetRequiredValue(Id), FiguresFrom = { parsed.GetValue(FiguresFrom) ?? [] } },
                UpdateMask = new FieldMask { Paths = { "figures_from" } },
            };
            return Print(terminal, (await new Client(channel).UpdateOrganizationAsync(request, cancellationToken: cancellation)).Organization);
        });
        return command;
    }

    private static int Print(Terminal terminal, Organization organization)
    {
        var figures = organization.FiguresFrom.Count > 0 ? $"; it sees figures of {string.Join(", ", organization.FiguresFrom)}" : "";
        terminal.Out.WriteLine($"{organization.OrganizationId} ({organization.Name}) is a {TerminalText.FormatEnum(organization.Kind).Replace('-', ' ')}{figures}.");
        return ExitCode.Success;
    }
}
