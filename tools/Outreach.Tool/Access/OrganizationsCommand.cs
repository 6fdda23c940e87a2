using System.CommandLine;
using Google.Protobuf.WellKnownTypes;
using Outreach.Protocol.Access.V1;
using Spectre.Console;
using Client = Outreach.Protocol.Access.V1.OrganizationService.OrganizationServiceClient;

namespace Outreach.Tool.Access;

/// <summary>The "organizations" command. Only administrators of the installation may add or change organizations.</summary>
public static class OrganizationsCommand
{
    private static readonly Argument<string> Id = new("ORGANIZATION") { Description = "The organization's id." };

    private static readonly Option<string[]> FiguresFrom = new("--figures-from")
    {
        Description = "An organization whose aggregate figures a health department may see. Can be repeated.",
        HelpName = "ID",
    };

    public static Command Create(Terminal terminal) => new("organizations", "List, add and change the organizations of this installation.")
    {
        CreateListCommand(terminal),
        CreateAddCommand(terminal),
        CreateFiguresCommand(terminal),
    };

    private static Command CreateListCommand(Terminal terminal)
    {
        var command = new Command("list", "List organizations, sorted by id. Administrators of the installation see all, others see their own.");
        command.SetCancellableAction(async (parsed, cancellation) =>
        {
            using var channel = ServerConnection.Connect(parsed);
            var organizations = new Client(channel);
            var table = Paging.CreateTable("ORGANIZATION", "NAME", "KIND", "FIGURES FROM");
            await foreach (var organization in Paging.ReadAllAsync(GetPageAsync, cancellation))
                table.AddTextRow(organization.OrganizationId, organization.Name, EnumText.KebabCase.Format(organization.Kind), string.Join(',', organization.FiguresFrom));
            terminal.Out.Write(table);
            return ExitCode.Success;

            async Task<(IEnumerable<Organization>, string)> GetPageAsync(string token)
            {
                var request = new ListOrganizationsRequest { PageSize = Paging.PageSize, PageToken = token };
                var page = await organizations.ListOrganizationsAsync(request, cancellationToken: cancellation);
                return (page.Organizations, page.NextPageToken);
            }
        });
        return command;
    }

    private static Command CreateAddCommand(Terminal terminal)
    {
        var name = new Option<string>("--name") { Description = "The name, 1 to 100 characters.", Required = true };
        var kind = new Option<string>("--kind") { Description = "The kind of organization.", Required = true }.AcceptOnlyFromAmong(EnumText.KebabCase.Names<OrganizationKind>());
        var command = new Command("add", "Add an organization. Repeating the command changes nothing.") { Id, name, kind, FiguresFrom };
        command.SetCancellableAction(async (parsed, cancellation) =>
        {
            var organization = new Organization
            {
                OrganizationId = parsed.GetRequiredValue(Id),
                Name = parsed.GetRequiredValue(name),
                Kind = EnumText.KebabCase.ParseOrDefault<OrganizationKind>(parsed.GetRequiredValue(kind)),
                FiguresFrom = { parsed.GetValue(FiguresFrom) ?? [] },
            };
            using var channel = ServerConnection.Connect(parsed);
            var request = new CreateOrganizationRequest { Organization = organization };
            return Print(terminal, (await new Client(channel).CreateOrganizationAsync(request, cancellationToken: cancellation)).Organization);
        });
        return command;
    }

    private static Command CreateFiguresCommand(Terminal terminal)
    {
        var command = new Command("figures", "Replace the list of organizations whose aggregate figures a health department may see. Without --figures-from, the list becomes empty.") { Id, FiguresFrom };
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
        terminal.Out.WriteLine($"{organization.OrganizationId} ({organization.Name}) is a {EnumText.KebabCase.Format(organization.Kind).Replace('-', ' ')}{figures}.");
        return ExitCode.Success;
    }
}
