using System.CommandLine;
using Grpc.Core;
using Outreach.Protocol.Encounters.V1;
using Outreach.Tool.Access;
using Outreach.Tool.Import.Columns;
using Spectre.Console;

namespace Outreach.Tool.Held;

/// <summary>"held": lists records that wait for a person, and releases or drops them.</summary>
public static class HeldCommand
{
    private static readonly Argument<string> Site = new("SITE") { Description = "The site that the records were sent to." };

    private static readonly Argument<string?> Encounter = new("ENCOUNTER")
    {
        Description = "The id of a record; if absent, all records that wait at the site.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<string> Reason = new("--reason")
    {
        Description = "Why, at most 500 characters; never anything about a person.",
        Required = true,
    };

    private delegate Task<string> SettleAction(EncounterService.EncounterServiceClient encounters, HeldDecision decision, CancellationToken cancellation);

    /// <summary>Makes the command.</summary>
    public static Command Create(Terminal terminal) => new("held", "Lists and settles records that wait for a person.")
    {
        List(terminal),
        Settle("release", "Records them as they were sent. To change one first, correct its row and import the file again, or use the dashboard.", terminal, ReleaseAsync),
        Settle("drop", "Decides that they do not count. They are kept with the reason.", terminal, DropAsync),
    };

    private static Command List(Terminal terminal)
    {
        var site = new Option<string>("--site") { Description = "Only this site.", DefaultValueFactory = _ => "" };
        var command = new Command("list", "Lists them in the order they were held.") { site };
        command.SetCancellableAction(async (parsed, cancellation) =>
        {
            using var channel = ServerConnection.Connect(parsed);
            var encounters = new EncounterService.EncounterServiceClient(channel);
            await foreach (var held in HeldRecords.ListAllAsync(encounters, new ListHeldEncountersRequest { SiteId = parsed.GetRequiredValue(site) }, cancellation))
                Print(terminal, held);
            return ExitCode.Success;
        });
        return command;
    }

    private static void Print(Terminal terminal, HeldEncounter held)
    {
        terminal.Out.WriteLine($"{TerminalText.Sanitize(held.Encounter.SiteId)} {held.Encounter.EncounterId} held {held.HeldAt?.ToDateTime():u}");
        foreach (var reason in held.Reasons)
            terminal.Out.WriteLine($"  {EnumNames.Format(reason.Code)} {reason.Field}: {TerminalText.Sanitize(reason.Description)}");
    }

    private static Command Settle(string name, string description, Terminal terminal, SettleAction settle)
    {
        var command = new Command(name, description) { Site, Encounter, Reason };
        command.SetCancellableAction(async (parsed, cancellation) =>
        {
            using var channel = ServerConnection.Connect(parsed);
            var encounters = new EncounterService.EncounterServiceClient(channel);
            var site = parsed.GetRequiredValue(Site);
            var refused = new List<string>();
            foreach (var encounter in await SelectAsync(encounters, site, parsed.GetValue(Encounter), cancellation))
            {
                var decision = new HeldDecision(site, encounter, parsed.GetRequiredValue(Reason));
                try
                {
                    terminal.Out.WriteLine(await settle(encounters, decision, cancellation));
                }
                catch (RpcException no) when (ConcernsOneRecord(no))
                {
                    refused.Add($"{encounter}: {no.Status.Detail}");
                }
            }
            PrintRefusals(terminal, name, refused);
            return refused.Count == 0 ? ExitCode.Success : ExitCode.Findings;
        });
        return command;
    }

    // Such a refusal is about one record; any other failure would happen with all of them.
    private static bool ConcernsOneRecord(RpcException no) =>
        no.StatusCode is StatusCode.FailedPrecondition or StatusCode.NotFound or StatusCode.AlreadyExists;

    private static void PrintRefusals(Terminal terminal, string name, List<string> refused)
    {
        if (refused.Count == 0)
            return;
        terminal.Err.WriteLine($"{refused.Count:N0} {(refused.Count == 1 ? "record" : "records")} could not be settled by {name}:");
        foreach (var line in refused)
            terminal.Err.WriteLine($"  {line}");
    }

    // All are listed before the first is settled, because settling changes the list.
    private static async Task<IReadOnlyList<string>> SelectAsync(
        EncounterService.EncounterServiceClient encounters, string site, string? encounter, CancellationToken cancellation) =>
        encounter is not null
            ? [encounter]
            : await HeldRecords.ListAllAsync(encounters, new ListHeldEncountersRequest { SiteId = site }, cancellation)
                .Select(held => held.Encounter.EncounterId).ToListAsync(cancellation);

    private static async Task<string> ReleaseAsync(EncounterService.EncounterServiceClient encounters, HeldDecision decision, CancellationToken cancellation)
    {
        var request = new ReleaseHeldEncounterRequest
        {
            RequestId = decision.RequestId,
            SiteId = decision.Site,
            EncounterId = decision.Encounter,
            Reason = decision.Reason,
        };
        var response = await encounters.ReleaseHeldEncounterAsync(request, cancellationToken: cancellation);
        return $"{decision.Encounter} is {EnumNames.Format(response.Result.Outcome)} as version {response.Result.Version}.";
    }

    private static async Task<string> DropAsync(EncounterService.EncounterServiceClient encounters, HeldDecision decision, CancellationToken cancellation)
    {
        var request = new DropHeldEncounterRequest
        {
            RequestId = decision.RequestId,
            SiteId = decision.Site,
            EncounterId = decision.Encounter,
            Reason = decision.Reason,
        };
        var response = await encounters.DropHeldEncounterAsync(request, cancellationToken: cancellation);
        return $"{decision.Encounter} is {EnumNames.Format(response.HeldEncounter.State)}.";
    }

    private sealed record HeldDecision(string Site, string Encounter, string Reason)
    {
        public string RequestId { get; } = Guid.CreateVersion7().ToString();
    }
}
