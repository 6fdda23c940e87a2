using System.CommandLine;
using Grpc.Core;
using Outreach.Protocol.Upkeep.V1;
using Spectre.Console;

namespace Outreach.Tool.Ledger;

/// <summary>"verify": has the server check hash chains, views and balances, and prints what is wrong.</summary>
public static class VerifyCommand
{
    /// <summary>Makes the command. It ends with 1 where something is wrong.</summary>
    public static Command Create(Terminal terminal)
    {
        var command = new Command("verify", "Checks hash chains, that views equal a replay, and that balances equal movements.");
        command.SetCancellableAction(async (parsed, cancellation) =>
        {
            using var channel = ServerConnection.Connect(parsed);
            using var call = new UpkeepService.UpkeepServiceClient(channel).Verify(new VerifyRequest(), cancellationToken: cancellation);
            var findings = new List<string>();
            var last = await terminal.Err.Progress().StartAsync(
                progress => FollowAsync(call, progress.AddTask("facts checked"), findings, cancellation));
            return Print(terminal, last, findings);
        });
        return command;
    }

    private static async Task<VerifyResponse> FollowAsync(
        AsyncServerStreamingCall<VerifyResponse> call, ProgressTask progress, List<string> findings, CancellationToken cancellation)
    {
        await foreach (var response in call.ResponseStream.ReadAllAsync(cancellation))
        {
            progress.SetCount(response.FactsChecked, response.FactsTotal);
            if (response.Finding.Length > 0)
                findings.Add(response.Finding);
            if (response.Done)
                return response;
        }
        throw new RpcException(new Grpc.Core.Status(StatusCode.Unavailable, "the check was cut off before its end"));
    }

    private static int Print(Terminal terminal, VerifyResponse last, List<string> findings)
    {
        foreach (var finding in findings)
            terminal.Out.WriteLine(finding);
        if (last.FindingsTotal > findings.Count)
            terminal.Out.WriteLine($"and {last.FindingsTotal - findings.Count:N0} more");
        terminal.Out.WriteLine(last.FindingsTotal == 0
            ? $"{last.FactsChecked:N0} facts checked; the ledger is whole."
            : $"{last.FactsChecked:N0} facts checked; {last.FindingsTotal:N0} findings.");
        return last.FindingsTotal == 0 ? ExitCode.Success : ExitCode.Findings;
    }
}
