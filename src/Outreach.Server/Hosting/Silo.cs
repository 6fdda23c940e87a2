using System.Net;
using System.Net.Sockets;
using Npgsql;
using Orleans.Configuration;
using Orleans.Serialization;

namespace Outreach.Server.Hosting;

/// <summary>The Orleans silo inside the process: alone on the embedded store, one of many on PostgreSQL.</summary>
internal static class Silo
{
    private const string Program = "outreach";
    private const int FirstClusterPort = 5082;
    private const int ClusterPorts = 100;
    private static readonly TimeSpan SaysItLives = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan IdleBeforeForgotten = TimeSpan.FromMinutes(10);

    public static void Configure(ISiloBuilder silo, ServerSettings settings)
    {
        silo.Configure<GrainCollectionOptions>(collection => collection.CollectionAge = IdleBeforeForgotten);
        silo.Services.AddSerializer(serializer => serializer.AddDomainCodec());
        if (settings.Postgres.Length == 0)
            silo.UseLocalhostClustering(siloPort: FreePort(), gatewayPort: FreePort());
        else
            JoinCluster(silo, settings);
    }

    private static void JoinCluster(ISiloBuilder silo, ServerSettings settings)
    {
        silo.Configure<ClusterOptions>(cluster => (cluster.ClusterId, cluster.ServiceId) = (Program, Program));
        // A node that was killed still stands in the list of the living; who joins waits for it no longer than it says so.
        silo.Configure<ClusterMembershipOptions>(membership => membership.IAmAliveTablePublishTimeout = SaysItLives);
        var address = IPAddress.Parse(settings.ClusterAddress);
        silo.ConfigureEndpoints(address, settings.ClusterPort == 0 ? FirstFreePort(address) : settings.ClusterPort, gatewayPort: 0);
        silo.Services.AddSingleton<IMembershipTable>(_ => new PostgresMembership(NpgsqlDataSource.Create(settings.Postgres)));
    }

    /// <summary>
    /// The same port at each start where only one node runs on a machine: a node that comes back to the address of one that
    /// was killed takes its place at once.
    /// </summary>
    private static int FirstFreePort(IPAddress address)
    {
        for (var port = FirstClusterPort; port < FirstClusterPort + ClusterPorts; port++)
        {
            if (IsFree(address, port))
                return port;
        }
        throw new StartException($"None of the ports {FirstClusterPort} to {FirstClusterPort + ClusterPorts - 1} is free for the cluster; set Outreach:ClusterPort.");
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

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
