using System.CommandLine;
using Grpc.Core;
using Outreach.Protocol.Upkeep.V1;
using Spectre.Console;

namespace Outreach.Tool.Ledger;

/// <summary>"rebuild": has the server make every view, index and snapshot again from the ledger.</summary>
public static class RebuildCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(Terminal terminal)
    {
        var command = new Command("rebuild", "Makes every view, index and snapshot again from the ledger. Writes wait while it runs.");
        command.SetCancellableAction(async (parsed, cancellation) =>
        {
            using var channel = ServerConnection.Connect(parsed);
            using var call = new UpkeepService.UpkeepServiceClient(channel).Rebuild(new RebuildRequest(), cancellationToken: cancellation);
            var last = await terminal.Err.Progress().StartAsync(
                progress => FollowAsync(call, progress.AddTask("facts replayed"), cancellation));
            terminal.Out.WriteLine($"{last.FactsReplayed:N0} facts replayed.");
            return ExitCode.Success;
        });
        return command;
    }

    private static async Task<RebuildResponse> FollowAsync(
        AsyncServerStreamingCall<RebuildResponse> call, ProgressTask progress, CancellationToken cancellation)
    {
        await foreach (var response in call.ResponseStream.ReadAllAsync(cancellation))
        {
            progress.SetCount(response.FactsReplayed, response.FactsTotal);
            if (response.Done)
                return response;
        }
        throw new RpcException(new Grpc.Core.Status(StatusCode.Unavailable, "the rebuild was cut off before its end; run it again"));
    }
}
