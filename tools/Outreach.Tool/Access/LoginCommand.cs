using System.CommandLine;
using Grpc.Core;
using Outreach.Protocol.Access.V1;
using Spectre.Console;

namespace Outreach.Tool.Access;

/// <summary>The "login" and "logout" commands: start and end the session with a server.</summary>
public static class LoginCommand
{
    private const int MaxLabelLength = 100;

    private static readonly Option<string> Code = new("--code")
    {
        Description = "The one-time code. The server prints one when it first starts; an administrator creates others with 'people code'.",
        HelpName = "XXXXX-XXXXX",
        Required = true,
    };

    private static readonly Option<string> DeviceLabel = new("--device-label")
    {
        Description = "The name of this device in the list of devices, 1 to 100 characters.",
        HelpName = "LABEL",
        DefaultValueFactory = _ => DefaultDeviceLabel(),
    };

    /// <summary>Creates the "login" command. It ends the previous session with the server.</summary>
    public static Command Create(Terminal terminal)
    {
        var command = new Command("login", "Sign in to a server with a one-time code. Later commands use the session.") { Code, DeviceLabel };
        command.SetCancellableAction(async (parsed, cancellation) =>
        {
            var (server, file) = (parsed.GetRequiredValue(ServerConnection.AddressOption), ServerConnection.GetSessionFile(parsed));
            using var fileLock = await file.LockAsync(cancellation);
            var previous = file.Read();
            var request = new EnrollDeviceRequest
            {
                RequestId = Guid.CreateVersion7().ToString(),
                Code = parsed.GetRequiredValue(Code),
                DeviceLabel = parsed.GetRequiredValue(DeviceLabel),
            };
            using var channel = ServerConnection.ConnectAnonymous(server);
            try
            {
                var enrolled = await new SessionService.SessionServiceClient(channel).EnrollDeviceAsync(request, cancellationToken: cancellation);
                await file.WriteAsync(AccessTokenProvider.ToStoredSession(enrolled.Person.PersonId, enrolled.Tokens));
                terminal.Out.WriteLine($"Signed in at {server} as {enrolled.Person.PersonId} ({enrolled.Person.Label}), device {enrolled.Tokens.DeviceId}.");
            }
            catch (RpcException failure) when (failure.StatusCode == StatusCode.Unauthenticated)
            {
                terminal.Err.WriteLine($"The server does not take this code: {failure.Status.Detail}");
                return ExitCode.Findings;
            }
            if (previous is not null)
                await EndPreviousSessionAsync(new(channel), previous, cancellation);
            return ExitCode.Success;
        });
        return command;
    }

    /// <summary>Creates the "logout" command.</summary>
    public static Command CreateLogout(Terminal terminal)
    {
        var command = new Command("logout", "Sign out of a server and delete the session.");
        command.SetCancellableAction(async (parsed, cancellation) =>
        {
            var (server, file) = (parsed.GetRequiredValue(ServerConnection.AddressOption), ServerConnection.GetSessionFile(parsed));
            if (file.Read() is null)
            {
                terminal.Out.WriteLine($"Nobody is signed in at {server}.");
                return ExitCode.Success;
            }
            using var channel = ServerConnection.Connect(parsed);
            try
            {
                await new SessionService.SessionServiceClient(channel).EndSessionAsync(new EndSessionRequest(), cancellationToken: cancellation);
            }
            catch (RpcException failure) when (failure.StatusCode == StatusCode.Unauthenticated)
            {
                // The session has already ended on the server.
            }
            using (await file.LockAsync(cancellation))
                file.Delete();
            terminal.Out.WriteLine($"Signed out at {server}.");
            return ExitCode.Success;
        });
        return command;
    }

    /// <summary>Signs out the device of the previous session. If its access token has expired, the device stays enrolled without usable tokens.</summary>
    private static async Task EndPreviousSessionAsync(SessionService.SessionServiceClient server, StoredSession previous, CancellationToken cancellation)
    {
        try
        {
            var token = new Metadata { { "authorization", $"Bearer {previous.AccessToken}" } };
            await server.EndSessionAsync(new EndSessionRequest(), token, cancellationToken: cancellation);
        }
        catch (RpcException)
        {
            // The new session is valid even if the old one could not be ended.
        }
    }

    private static string DefaultDeviceLabel()
    {
        var label = $"outreach on {Environment.MachineName}";
        return label.Length > MaxLabelLength ? label[..MaxLabelLength] : label;
    }
}
