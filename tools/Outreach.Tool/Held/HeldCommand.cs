using System.CommandLine;
using Outreach.Protocol.Stock.V1;
using Outreach.Tool.Import.Columns;
using Spectre.Console;

namespace Outreach.Tool.Held;

/// <summary>"held": lists records that wait for a person, and settles them.</summary>
public static class HeldCommand
{
    private static readonly Argument<string> Site = new("SITE") { Description = "The site that it was sent to." };

    private static readonly Argument<string> Encounter = new("ENCOUNTER") { Description = "Its id." };

    private static readonly Option<string> Reason = new("--reason")
    {
        Description = "Why, at most 500 characters; never anything about a person.",
        Required = true,
    };

    private static readonly Option<string> Actor = new("--actor") { Description = "Who decides: an id, never a name.", Required = true };

    private delegate Task<string> Settling(StockService.StockServiceClient stock, Decision decision, CancellationToken cancellation);

    /// <summary>Makes the command.</summary>
    public static Command Make(Terminal terminal) => new("held", "Records that wait for a person.")
    {
        List(terminal),
        Settle("release", "Records one after all, as it was sent.", terminal, ReleaseAsync),
        Settle("drop", "Decides that one is not to be recorded; it is kept with the reason.", terminal, DropAsync),
    };

    private static Command List(Terminal terminal)
    {
        var site = new Option<string>("--site") { Description = "Only this site.", DefaultValueFactory = _ => "" };
        var command = new Command("list", "Lists them, in the order they were held.") { site };
        command.SetAction(async (parsed, cancellation) =>
        {
            using var channel = Server.Connect(parsed.GetRequiredValue(Server.Option));
            var stock = new StockService.StockServiceClient(channel);
            var request = new ListHeldEncountersRequest { SiteId = parsed.GetRequiredValue(site) };
            do
            {
                var page = await stock.ListHeldEncountersAsync(request, cancellationToken: cancellation);
                foreach (var held in page.Held)
                    Print(terminal, held);
                request.PageToken = page.NextPageToken;
            }
            while (request.PageToken.Length > 0);
            return ExitCode.Done;
        });
        return command;
    }

    private static void Print(Terminal terminal, HeldEncounter held)
    {
        terminal.Out.WriteLine($"{held.Sent.SiteId} {held.Sent.EncounterId} held {held.HeldAt?.ToDateTime():u}");
        foreach (var reason in held.Reasons)
            terminal.Out.WriteLine($"  {Answers.Shown(reason.Code)} {reason.Field}: {reason.Description}");
    }

    private static Command Settle(string name, string description, Terminal terminal, Settling settle)
    {
        var command = new Command(name, description) { Site, Encounter, Reason, Actor };
        command.SetAction(async (parsed, cancellation) =>
        {
            using var channel = Server.Connect(parsed.GetRequiredValue(Server.Option));
            var decision = new Decision(
                parsed.GetRequiredValue(Site),
                parsed.GetRequiredValue(Encounter),
                parsed.GetRequiredValue(Reason),
                parsed.GetRequiredValue(Actor));
            terminal.Out.WriteLine(await settle(new StockService.StockServiceClient(channel), decision, cancellation));
            return ExitCode.Done;
        });
        return command;
    }

    private static async Task<string> ReleaseAsync(StockService.StockServiceClient stock, Decision decision, CancellationToken cancellation)
    {
        var request = new ReleaseHeldEncounterRequest
        {
            RequestId = decision.RequestId,
            SiteId = decision.Site,
            EncounterId = decision.Encounter,
            Reason = decision.Reason,
            ActorId = decision.Actor,
        };
        var response = await stock.ReleaseHeldEncounterAsync(request, cancellationToken: cancellation);
        return $"{decision.Encounter} is {Answers.Shown(response.Answer.Outcome)} as version {response.Answer.Version}.";
    }

    private static async Task<string> DropAsync(StockService.StockServiceClient stock, Decision decision, CancellationToken cancellation)
    {
        var request = new DropHeldEncounterRequest
        {
            RequestId = decision.RequestId,
            SiteId = decision.Site,
            EncounterId = decision.Encounter,
            Reason = decision.Reason,
            ActorId = decision.Actor,
        };
        var response = await stock.DropHeldEncounterAsync(request, cancellationToken: cancellation);
        return $"{decision.Encounter} is {Answers.Shown(response.Held.State)}.";
    }

    private sealed record Decision(string Site, string Encounter, string Reason, string Actor)
    {
        public string RequestId { get; } = Guid.CreateVersion7().ToString();
    }
}
