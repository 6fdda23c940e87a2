using System.CommandLine;
using Grpc.Core;
using Outreach.Protocol.Access.V1;
using Spectre.Console;

namespace Outreach.Tool.Access;

/// <summary>"login" and "logout": signs the tool in at a server by a one-time code, and out again.</summary>
public static class LoginCommand
{
    private const int MaxLabelLength = 100;

    private static readonly Option<string> Code = new("--code")
    {
        Description = "The one-time code: the server prints one at its first start, an administrator makes others with 'people code'.",
        HelpName = "XXXXX-XXXXX",
        Required = true,
    };

    private static readonly Option<string> DeviceLabel = new("--device-label")
    {
        Description = "What this device is called in the list of devices, 1 to 100 characters.",
        HelpName = "LABEL",
        DefaultValueFactory = _ => DefaultDeviceLabel(),
    };

    /// <summary>Makes "login". Who was signed in before, is signed out.</summary>
    public static Command Make(Terminal terminal)
    {
        var command = new Command("login", "Signs in at a server by a one-time code; the session is kept for later commands.") { Code, DeviceLabel };
        command.SetCancellableAction(async (parsed, cancellation) =>
        {
            var (server, file) = (parsed.GetRequiredValue(ServerConnection.AddressOption), ServerConnection.SessionFileOf(parsed));
            using var held = await file.LockAsync(cancellation);
            var before = file.Read();
            var request = new EnrollRequest
            {
                RequestId = Guid.CreateVersion7().ToString(),
                Code = parsed.GetRequiredValue(Code),
                DeviceLabel = parsed.GetRequiredValue(DeviceLabel),
            };
            using var channel = ServerConnection.ConnectAnonymous(server);
            try
            {
                var enrolled = await new SessionService.SessionServiceClient(channel).EnrollAsync(request, cancellationToken: cancellation);
                file.Write(AccessTokenProvider.ToStoredSession(enrolled.Person.PersonId, enrolled.Tokens));
                terminal.Out.WriteLine($"Signed in at {server} as {enrolled.Person.PersonId} ({enrolled.Person.Label}), device {enrolled.Tokens.DeviceId}.");
            }
            catch (RpcException wrong) when (wrong.StatusCode == StatusCode.Unauthenticated)
            {
                terminal.Err.WriteLine($"The server does not take this code: {wrong.Status.Detail}");
                return ExitCode.Findings;
            }
            if (before is not null)
                await EndPreviousSessionAsync(new(channel), before, cancellation);
            return ExitCode.Success;
        });
        return command;
    }

    /// <summary>Makes "logout".</summary>
    public static Command MakeLogout(Terminal terminal)
    {
        var command = new Command("logout", "Signs this device out at a server, and forgets the session.");
        command.SetCancellableAction(async (parsed, cancellation) =>
        {
            var (server, file) = (parsed.GetRequiredValue(ServerConnection.AddressOption), ServerConnection.SessionFileOf(parsed));
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
            catch (RpcException ended) when (ended.StatusCode == StatusCode.Unauthenticated)
            {
                // It was shut out before: there is nothing left to end.
            }
            using (await file.LockAsync(cancellation))
                file.Delete();
            terminal.Out.WriteLine($"Signed out at {server}.");
            return ExitCode.Success;
        });
        return command;
    }

    /// <summary>Signs out the device of the session before. Where its token has ended it stays enrolled, and its tokens are gone.</summary>
    private static async Task EndPreviousSessionAsync(SessionService.SessionServiceClient server, StoredSession before, CancellationToken cancellation)
    {
        try
        {
            var token = new Metadata { { "authorization", $"Bearer {before.AccessToken}" } };
            await server.EndSessionAsync(new EndSessionRequest(), token, cancellationToken: cancellation);
        }
        catch (RpcException)
        {
            // The new session is good whatever became of the old one.
        }
    }

    private static string DefaultDeviceLabel()
    {
        var label = $"outreach on {Environment.MachineName}";
        return label.Length > MaxLabelLength ? label[..MaxLabelLength] : label;
    }
}
