using System.CommandLine;
using System.Runtime.CompilerServices;
using Google.Protobuf.WellKnownTypes;
using Outreach.Protocol.Encounters.V1;
using Outreach.Tool.Held;
using Outreach.Tool.Ledger;
using Spectre.Console;

namespace Outreach.Tool.Access;

/// <summary>The "devices sent" command: lists the records that a device sent, for example to review those of a lost phone.</summary>
internal static class SentRecordsCommand
{
    public static Command Create(Terminal terminal)
    {
        var id = new Argument<string>("DEVICE") { Description = "The device's id, as 'devices list' shows it." };
        var site = new Option<string>("--site") { Description = "Only records for this site.", HelpName = "SITE", DefaultValueFactory = _ => "" };
        var command = new Command(
            "sent", "List the records that a device sent to the sites that you coordinate: first held records, then encounters, latest first. Records that were stored without a device are not listed.")
        {
            id, site,
        };
        command.SetCancellableAction(async (parsed, cancellation) =>
        {
            using var channel = ServerConnection.Connect(parsed);
            var (deviceId, siteId) = (parsed.GetRequiredValue(id), parsed.GetRequiredValue(site));
            var table = Paging.CreateTable("SITE", "ENCOUNTER", "RECORDED", "STATE", "HANDED OUT");
            await foreach (var (encounter, recordedAt, state) in ListSentAsync(new(channel), deviceId, siteId, cancellation))
                table.AddTextRow(encounter.SiteId, encounter.EncounterId, $"{recordedAt.ToDateTime():u}", state, EncounterExport.HandedOut(encounter));
            if (table.Rows.Count == 0)
                terminal.Err.WriteLine($"Nothing was sent from {deviceId} that you may see.");
            else
                terminal.Out.Write(table);
            return ExitCode.Success;
        });
        return command;
    }

    private static async IAsyncEnumerable<(Encounter Encounter, Timestamp RecordedAt, string State)> ListSentAsync(
        EncounterService.EncounterServiceClient encounters, string deviceId, string siteId, [EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var state in new[] { HeldState.Waiting, HeldState.Dropped, HeldState.Released })
        {
            await foreach (var held in HeldRecords.ListAllAsync(encounters, new ListHeldEncountersRequest { SiteId = siteId, State = state }, cancellation))
            {
                if (held.LoggedByDeviceId == deviceId)
                    yield return (held.Encounter, held.HeldAt, state == HeldState.Waiting ? "held" : EnumText.KebabCase.Format(state));
            }
        }

        var request = new ListEncountersRequest { PageSize = Paging.PageSize, SiteId = siteId, LoggedByDeviceId = deviceId, IncludeVoided = true };
        await foreach (var logged in Paging.ReadAllAsync(GetPageAsync, cancellation))
            yield return (logged.Encounter, logged.RecordedAt, logged.Voided ? "voided" : "counts");

        async Task<(IEnumerable<RecordedEncounter>, string)> GetPageAsync(string token)
        {
            request.PageToken = token;
            var page = await encounters.ListEncountersAsync(request, cancellationToken: cancellation);
            return (page.Encounters, page.NextPageToken);
        }
    }
}
