using System.Net;
using System.Net.Sockets;
using Outreach.Server.Configuration;

namespace Outreach.Server.Hosting;

/// <summary>
/// The first cluster port that no other server on this machine uses. A single server gets the same port at each start, so that it
/// replaces its entry in the cluster after it was killed. A file lock holds the port, because two servers that start at once would
/// both find it free.
/// </summary>
internal sealed class ClusterPort : IHostedService, IDisposable
{
    private const int FirstPort = 5082;
    private const int PortCount = 1_000;

    private readonly FileStream lockFile;

    private ClusterPort(int port, FileStream held) => (Port, this.lockFile) = (port, held);

    public int Port { get; }

    /// <exception cref="StartException">No port is free.</exception>
    public static ClusterPort Claim(IPAddress address)
    {
        for (var port = FirstPort; port < FirstPort + PortCount; port++)
        {
            if (TryLock(port) is not { } held)
                continue;
            if (IsFree(address, port))
                return new ClusterPort(port, held);
            held.Dispose();
        }
        throw new StartException($"None of the ports {FirstPort} to {FirstPort + PortCount - 1} is free for the cluster; set Outreach:ClusterPort.");
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => lockFile.Dispose();

    private static FileStream? TryLock(int port)
    {
        try
        {
            var path = Path.Combine(Path.GetTempPath(), $"outreach-cluster-{port}.lock");
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception taken) when (taken is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static bool IsFree(IPAddress address, int port)
    {
        try
        {
            using var probe = new TcpListener(address, port);
            probe.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
