using System.CommandLine;
using System.Runtime.CompilerServices;
using Google.Protobuf.WellKnownTypes;
using Outreach.Protocol.Encounters.V1;
using Outreach.Tool.Held;
using Outreach.Tool.Ledger;
using Spectre.Console;

namespace Outreach.Tool.Access;

/// <summary>"devices sent": what was sent from a device, so that what came from a lost phone can be looked through.</summary>
internal static class SentCommand
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
        command.Does(async (parsed, cancellation) =>
        {
            using var channel = Server.Connect(parsed);
            var (device, at) = (parsed.GetRequiredValue(id), parsed.GetRequiredValue(site));
            var table = Pages.Table("SITE", "ENCOUNTER", "RECORDED", "STATE", "HANDED OUT");
            await foreach (var (said, recorded, state) in SentAsync(new(channel), device, at, cancellation))
                table.Row(said.SiteId, said.EncounterId, $"{recorded.ToDateTime():u}", state, EncounterExport.HandedOut(said));
            if (table.Rows.Count == 0)
                terminal.Err.WriteLine($"Nothing was sent from {device} that you may see.");
            else
                terminal.Out.Write(table);
            return ExitCode.Done;
        });
        return command;
    }

    private static async IAsyncEnumerable<(Encounter Said, Timestamp Recorded, string State)> SentAsync(
        EncounterService.EncounterServiceClient encounters, string device, string site, [EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var state in new[] { HeldState.Waiting, HeldState.Dropped, HeldState.Released })
        {
            await foreach (var held in HeldRecords.ListAsync(encounters, new ListHeldEncountersRequest { SiteId = site, State = state }, cancellation))
            {
                if (held.LoggedByDeviceId == device)
                    yield return (held.Sent, held.HeldAt, state == HeldState.Waiting ? "held" : Words.Of(state));
            }
        }

        var request = new ListEncountersRequest { PageSize = Pages.Size, SiteId = site, LoggedByDeviceId = device, IncludeVoided = true };
        await foreach (var logged in Pages.AllAsync(AskAsync, cancellation))
            yield return (logged.Encounter, logged.RecordedAt, logged.Voided ? "voided" : "counts");

        async Task<(IEnumerable<RecordedEncounter>, string)> AskAsync(string token)
        {
            request.PageToken = token;
            var page = await encounters.ListEncountersAsync(request, cancellationToken: cancellation);
            return (page.Encounters, page.NextPageToken);
        }
    }
}
