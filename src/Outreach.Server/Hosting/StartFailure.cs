using System.Net.Sockets;
using Outreach.Server.Configuration;
using Outreach.Server.Ledger;

namespace Outreach.Server.Hosting;

/// <summary>Says in a sentence why the server cannot start, where an operator can do something about it.</summary>
internal static class StartFailure
{
    /// <summary>The sentence, or null for what is a bug and is shown whole.</summary>
    public static string? Explain(Exception failed) => failed switch
    {
        StartException or StoreUnavailableException => failed.Message,
        IOException { InnerException: Microsoft.AspNetCore.Connections.AddressInUseException } =>
            $"{failed.Message} Is it running already? Another port can be set with --Outreach:GrpcPort and --Outreach:WebPort.",
        SocketException => failed.Message,
        _ => null,
    };
}
