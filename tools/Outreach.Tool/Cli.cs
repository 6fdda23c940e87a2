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

/// <summary>The command-line interface for operators.</summary>
public static class Cli
{
    /// <summary>Runs one command and returns an <see cref="ExitCode"/>.</summary>
    public static async Task<int> RunAsync(string[] args, Terminal terminal)
    {
        var root = CreateRootCommand(terminal);
        MappingHelp.AddTo(root);
        var parsed = root.Parse(args);
        var configuration = new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false, Output = terminal.Out.Profile.Out.Writer, Error = terminal.Err.Profile.Out.Writer,
        };
        if (parsed.Errors.Count > 0)
        {
            await parsed.InvokeAsync(configuration);
            return ExitCode.Usage;
        }
        try
        {
            return await parsed.InvokeAsync(configuration);
        }
        catch (UsageException failure)
        {
            return PrintError(terminal, failure.Message, ExitCode.Usage);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return PrintError(terminal, failure.Message, ExitCode.Usage);
        }
        // gRPC wraps exceptions that are thrown while it prepares a call.
        catch (RpcException failure) when (failure.Status.DebugException is UsageException or UnauthorizedAccessException)
        {
            return PrintError(terminal, failure.Status.DebugException.Message, ExitCode.Usage);
        }
        catch (RpcException failure)
        {
            return PrintError(
                terminal,
                FailureMessage.Format(failure, parsed.GetRequiredValue(ServerConnection.AddressOption)),
                ToExitCode(failure));
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Interrupted;
        }
    }

    private static RootCommand CreateRootCommand(Terminal terminal) => new("The command-line tool for operators of Outreach.")
    {
        ServerConnection.AddressOption,
        ServerConnection.SessionsFolderOption,
        LoginCommand.Create(terminal),
        LoginCommand.CreateLogout(terminal),
        PeopleCommand.Create(terminal),
        DevicesCommand.Create(terminal),
        AuditCommand.Create(terminal),
        OrganizationsCommand.Create(terminal),
        ImportCommand.Create(terminal),
        VerifyCommand.Create(terminal),
        RebuildCommand.Create(terminal),
        ExportCommand.Create(terminal),
        BackupCommand.Create(terminal),
        RestoreCommand.Create(terminal),
        WatchCommand.Create(terminal),
        HeldCommand.Create(terminal),
        BenchCommand.Create(terminal),
    };

    private static int ToExitCode(RpcException failure) => failure.StatusCode switch
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
