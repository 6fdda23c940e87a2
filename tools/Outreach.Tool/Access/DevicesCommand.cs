using System.CommandLine;
using Outreach.Protocol.Access.V1;
using Spectre.Console;
using Client = Outreach.Protocol.Access.V1.DeviceService.DeviceServiceClient;

namespace Outreach.Tool.Access;

/// <summary>The "devices" command: lists devices and shuts out lost ones.</summary>
public static class DevicesCommand
{
    public static Command Create(Terminal terminal) => new("devices", "List devices that people signed in with, and shut out lost ones.")
    {
        CreateListCommand(terminal),
        CreateShutOutCommand(terminal),
        SentRecordsCommand.Create(terminal),
    };

    private static Command CreateListCommand(Terminal terminal)
    {
        var organization = new Option<string>("--organization") { Description = "The organization; by default, your own.", HelpName = "ID", DefaultValueFactory = _ => "" };
        var person = new Option<string>("--person") { Description = "Only devices of this person.", HelpName = "PERSON", DefaultValueFactory = _ => "" };
        var all = new Option<bool>("--all") { Description = "Include devices that were shut out." };
        var command = new Command("list", "List devices, sorted by id.") { organization, person, all };
        command.SetCancellableAction(async (parsed, cancellation) =>
        {
            using var channel = ServerConnection.Connect(parsed);
            var devices = new Client(channel);
            var request = new ListDevicesRequest
            {
                PageSize = Paging.PageSize,
                OrganizationId = parsed.GetRequiredValue(organization),
                PersonId = parsed.GetRequiredValue(person),
                IncludeInactive = parsed.GetValue(all),
            };
            var table = Paging.CreateTable("DEVICE", "PERSON", "LABEL", "STATE", "LAST REFRESHED", "REASON");
            await foreach (var device in Paging.ReadAllAsync(GetPageAsync, cancellation))
                table.AddTextRow(device.DeviceId, device.PersonId, device.Label, EnumText.KebabCase.Format(device.State), $"{device.LastRefreshTime?.ToDateTime():u}", device.Reason);
            terminal.Out.Write(table);
            return ExitCode.Success;

            async Task<(IEnumerable<Device>, string)> GetPageAsync(string token)
            {
                request.PageToken = token;
                var page = await devices.ListDevicesAsync(request, cancellationToken: cancellation);
                return (page.Devices, page.NextPageToken);
            }
        });
        return command;
    }

    private static Command CreateShutOutCommand(Terminal terminal)
    {
        var id = new Argument<string>("DEVICE") { Description = "The device's id." };
        var reason = new Option<string>("--reason") { Description = "The reason, at most 500 characters.", Required = true };
        var command = new Command("shut-out", "Shut a device out immediately. A new code can enroll it again.") { id, reason };
        command.SetCancellableAction(async (parsed, cancellation) =>
        {
            using var channel = ServerConnection.Connect(parsed);
            var request = new ShutOutDeviceRequest { DeviceId = parsed.GetRequiredValue(id), Reason = parsed.GetRequiredValue(reason) };
            var device = (await new Client(channel).ShutOutDeviceAsync(request, cancellationToken: cancellation)).Device;
            terminal.Out.WriteLine($"{device.DeviceId} ({device.Label}) of {device.PersonId} is {EnumText.KebabCase.Format(device.State)}: {device.Reason}");
            return ExitCode.Success;
        });
        return command;
    }
}
