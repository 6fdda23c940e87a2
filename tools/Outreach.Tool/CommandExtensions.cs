using System.CommandLine;
using Grpc.Core;

namespace Outreach.Tool;

internal static class CommandExtensions
{
    /// <summary>Sets what a command does. A call that ends because the operator ended it is no failure, whatever its status.</summary>
    public static void SetCancellableAction(this Command command, Func<ParseResult, CancellationToken, Task<int>> work) =>
        command.SetAction(async (parsed, cancellation) =>
        {
            try
            {
                return await work(parsed, cancellation);
            }
            catch (RpcException) when (cancellation.IsCancellationRequested)
            {
                return ExitCode.Interrupted;
            }
        });
}
