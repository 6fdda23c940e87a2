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
        silo.ConfigureEndpoints(
            IPAddress.Parse(settings.ClusterAddress), settings.ClusterPort == 0 ? FreePort() : settings.ClusterPort, gatewayPort: 0);
        silo.Services.AddSingleton<IMembershipTable>(_ => new PostgresMembership(NpgsqlDataSource.Create(settings.Postgres)));
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
