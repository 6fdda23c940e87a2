using System.Net.Sockets;
using Outreach.Server.Configuration;
using Outreach.Server.Ledger;

namespace Outreach.Server.Hosting;

/// <summary>Explains in a sentence why the server cannot start, for failures that the operator can fix.</summary>
internal static class StartFailure
{
    /// <summary>The sentence; null for a bug, for which the stack trace is printed.</summary>
    public static string? Explain(Exception failed) => failed switch
    {
        StartException or StoreUnavailableException => failed.Message,
        IOException { InnerException: Microsoft.AspNetCore.Connections.AddressInUseException } =>
            $"{failed.Message} Is it running already? Another port can be set with --Outreach:GrpcPort and --Outreach:WebPort.",
        SocketException => failed.Message,
        _ => null,
    };
}
