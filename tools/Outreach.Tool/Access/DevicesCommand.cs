using System.CommandLine;
using Outreach.Protocol.Access.V1;
using Spectre.Console;
using Client = Outreach.Protocol.Access.V1.DeviceService.DeviceServiceClient;

namespace Outreach.Tool.Access;

/// <summary>"devices": what people signed in with, and the one call that a lost phone needs.</summary>
public static class DevicesCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Make(Terminal terminal) => new("devices", "Phones, computers and programs that people signed in with.")
    {
        List(terminal),
        ShutOut(terminal),
        SentRecordsCommand.Make(terminal),
    };

    private static Command List(Terminal terminal)
    {
        var organization = new Option<string>("--organization") { Description = "Of which organization; left out: your own.", HelpName = "ID", DefaultValueFactory = _ => "" };
        var person = new Option<string>("--person") { Description = "Only this person's.", HelpName = "PERSON", DefaultValueFactory = _ => "" };
        var all = new Option<bool>("--all") { Description = "Also those that may not come in any more." };
        var command = new Command("list", "Lists devices, in the order of their ids.") { organization, person, all };
        command.SetCancellableAction(async (parsed, cancellation) =>
        {
            using var channel = ServerConnection.Connect(parsed);
            var devices = new Client(channel);
            var request = new ListDevicesRequest
            {
                PageSize = Paging.PageSize,
                OrganizationId = parsed.GetRequiredValue(organization),
                PersonId = parsed.GetRequiredValue(person),
                IncludeShutOut = parsed.GetValue(all),
            };
            var table = Paging.CreateTable("DEVICE", "PERSON", "LABEL", "STATE", "LAST REFRESHED", "REASON");
            await foreach (var device in Paging.ReadAllAsync(AskAsync, cancellation))
                table.AddTextRow(device.DeviceId, device.PersonId, device.Label, TerminalText.FormatEnum(device.State), $"{device.LastRefreshTime?.ToDateTime():u}", device.Reason);
            terminal.Out.Write(table);
            return ExitCode.Success;

            async Task<(IEnumerable<Device>, string)> AskAsync(string token)
            {
                request.PageToken = token;
                var page = await devices.ListDevicesAsync(request, cancellationToken: cancellation);
                return (page.Devices, page.NextPageToken);
            }
        });
        return command;
    }

    private static Command ShutOut(Terminal terminal)
    {
        var id = new Argument<string>("DEVICE") { Description = "The device's id." };
        var reason = new Option<string>("--reason") { Description = "Why, at most 500 characters.", Required = true };
        var command = new Command("shut-out", "Shuts a device out at once, everywhere; it can be enrolled anew by a code.") { id, reason };
        command.SetCancellableAction(async (parsed, cancellation) =>
        {
            using var channel = ServerConnection.Connect(parsed);
            var request = new ShutOutDeviceRequest { DeviceId = parsed.GetRequiredValue(id), Reason = parsed.GetRequiredValue(reason) };
            var device = (await new Client(channel).ShutOutDeviceAsync(request, cancellationToken: cancellation)).Device;
            terminal.Out.WriteLine($"{device.DeviceId} ({device.Label}) of {device.PersonId} is {TerminalText.FormatEnum(device.State)}: {device.Reason}");
            return ExitCode.Success;
        });
        return command;
    }
}
