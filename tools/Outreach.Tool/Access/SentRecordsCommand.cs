using System.CommandLine;
using System.Runtime.CompilerServices;
using Google.Protobuf.WellKnownTypes;
using Outreach.Protocol.Encounters.V1;
using Outreach.Tool.Held;
using Outreach.Tool.Ledger;
using Spectre.Console;

namespace Outreach.Tool.Access;

/// <summary>"devices sent": what was sent from a device, so that what came from a lost phone can be looked through.</summary>
internal static class SentRecordsCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Make(Terminal terminal)
    {
        var id = new Argument<string>("DEVICE") { Description = "The device's id, as 'devices list' shows it." };
        var site = new Option<string>("--site") { Description = "Only what was sent to this site.", HelpName = "SITE", DefaultValueFactory = _ => "" };
        var command = new Command(
            "sent", "Lists what was sent from a device to the sites that you coordinate: what was ever held, then encounters, latest first. Records from before devices were kept are not found.")
        {
            id, site,
        };
        command.SetCancellableAction(async (parsed, cancellation) =>
        {
            using var channel = ServerConnection.Connect(parsed);
            var (device, at) = (parsed.GetRequiredValue(id), parsed.GetRequiredValue(site));
            var table = Paging.CreateTable("SITE", "ENCOUNTER", "RECORDED", "STATE", "HANDED OUT");
            await foreach (var (said, recorded, state) in ListSentAsync(new(channel), device, at, cancellation))
                table.AddTextRow(said.SiteId, said.EncounterId, $"{recorded.ToDateTime():u}", state, EncounterExport.HandedOut(said));
            if (table.Rows.Count == 0)
                terminal.Err.WriteLine($"Nothing was sent from {device} that you may see.");
            else
                terminal.Out.Write(table);
            return ExitCode.Success;
        });
        return command;
    }

    private static async IAsyncEnumerable<(Encounter Said, Timestamp Recorded, string State)> ListSentAsync(
        EncounterService.EncounterServiceClient encounters, string device, string site, [EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var state in new[] { HeldState.Waiting, HeldState.Dropped, HeldState.Released })
        {
            await foreach (var held in HeldRecords.ListAllAsync(encounters, new ListHeldEncountersRequest { SiteId = site, State = state }, cancellation))
            {
                if (held.LoggedByDeviceId == device)
                    yield return (held.Sent, held.HeldAt, state == HeldState.Waiting ? "held" : TerminalText.FormatEnum(state));
            }
        }

        var request = new ListEncountersRequest { PageSize = Paging.PageSize, SiteId = site, LoggedByDeviceId = device, IncludeVoided = true };
        await foreach (var logged in Paging.ReadAllAsync(AskAsync, cancellation))
            yield return (logged.Encounter, logged.RecordedAt, logged.Voided ? "voided" : "counts");

        async Task<(IEnumerable<RecordedEncounter>, string)> AskAsync(string token)
        {
            request.PageToken = token;
            var page = await encounters.ListEncountersAsync(request, cancellationToken: cancellation);
            return (page.Encounters, page.NextPageToken);
        }
    }
}
