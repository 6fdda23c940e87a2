using System.Net;
using System.Net.Sockets;

namespace Outreach.Tests.Shared;

/// <summary>Chooses ports for servers that tests start.</summary>
internal static class LoopbackPort
{
    /// <summary>Returns a TCP port that is currently free on 127.0.0.1.</summary>
    public static int FindFree()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
