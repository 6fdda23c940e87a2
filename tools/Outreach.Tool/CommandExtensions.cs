using System.CommandLine;
using Grpc.Core;

namespace Outreach.Tool;

internal static class CommandExtensions
{
    /// <summary>Sets the action of a command. Returns <see cref="ExitCode.Interrupted"/> if a call fails because the operator cancelled it.</summary>
    public static void SetCancellableAction(this Command command, Func<ParseResult, CancellationToken, Task<int>> action) =>
        command.SetAction(async (parsed, cancellation) =>
        {
            try
            {
                return await action(parsed, cancellation);
            }
            catch (RpcException) when (cancellation.IsCancellationRequested)
            {
                return ExitCode.Interrupted;
            }
        });
}
