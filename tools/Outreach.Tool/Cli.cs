using System.CommandLine;
using Grpc.Core;
using Outreach.Tool.Access;
using Outreach.Tool.Bench;
using Outreach.Tool.Held;
using Outreach.Tool.Import;
using Outreach.Tool.Ledger;
using Outreach.Tool.Watch;
using Spectre.Console;

namespace Outreach.Tool;

/// <summary>The operator's command line.</summary>
public static class Cli
{
    /// <summary>Runs one command. The result is an <see cref="ExitCode"/>.</summary>
    public static async Task<int> RunAsync(string[] args, Terminal terminal)
    {
        var parsed = Root(terminal).Parse(args);
        var plain = new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false, Output = terminal.Out.Profile.Out.Writer, Error = terminal.Err.Profile.Out.Writer,
        };
        if (parsed.Errors.Count > 0)
        {
            await parsed.InvokeAsync(plain);
            return ExitCode.Usage;
        }
        try
        {
            return await parsed.InvokeAsync(plain);
        }
        catch (UsageException failure)
        {
            return PrintError(terminal, failure.Message, ExitCode.Usage);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return PrintError(terminal, failure.Message, ExitCode.Usage);
        }
        // Raised while a call was being made ready, which shows as a failure of the call.
        catch (RpcException failure) when (failure.Status.DebugException is UsageException or UnauthorizedAccessException)
        {
            return PrintError(terminal, failure.Status.DebugException.Message, ExitCode.Usage);
        }
        catch (RpcException failure)
        {
            return PrintError(
                terminal,
                FailureMessage.Of(failure, parsed.GetRequiredValue(ServerConnection.AddressOption)),
                ExitCodeOf(failure));
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Interrupted;
        }
    }

    private static RootCommand Root(Terminal terminal) => new("The operator's tool of Outreach.")
    {
        ServerConnection.AddressOption,
        ServerConnection.SessionsFolderOption,
        LoginCommand.Make(terminal),
        LoginCommand.MakeLogout(terminal),
        PeopleCommand.Make(terminal),
        DevicesCommand.Make(terminal),
        AuditCommand.Make(terminal),
        OrganizationsCommand.Make(terminal),
        ImportCommand.Make(terminal),
        VerifyCommand.Make(terminal),
        RebuildCommand.Make(terminal),
        ExportCommand.Make(terminal),
        BackupCommand.Make(terminal),
        RestoreCommand.Make(terminal),
        WatchCommand.Make(terminal),
        HeldCommand.Make(terminal),
        BenchCommand.Make(terminal),
    };

    private static int ExitCodeOf(RpcException failure) => failure.StatusCode switch
    {
        StatusCode.Unavailable => ExitCode.Unreachable,
        StatusCode.Unauthenticated => ExitCode.SignedOut,
        _ => ExitCode.Findings,
    };

    private static int PrintError(Terminal terminal, string message, int code)
    {
        terminal.Err.WriteLine(message);
        return code;
    }
}
