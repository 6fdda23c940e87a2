using System.Net;
using Npgsql;
using Orleans.Configuration;
using Orleans.Serialization;

namespace Outreach.Server.Hosting;

/// <summary>The Orleans silo inside the process: alone on the embedded store, one of many on PostgreSQL.</summary>
internal static class SiloConfiguration
{
    private const string ClusterName = "outreach";
    private static readonly TimeSpan IAmAliveInterval = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan GrainIdleTimeout = TimeSpan.FromMinutes(10);

    /// <summary>Grains whose silo is remembered. Orleans allocates the tables in full: for its default of a million, 19 MB.</summary>
    private const int GrainDirectoryCacheSize = 50_000;

    public static void Configure(ISiloBuilder silo, ServerSettings settings)
    {
        silo.Configure<GrainCollectionOptions>(collection => collection.CollectionAge = GrainIdleTimeout);
        silo.Configure<GrainDirectoryOptions>(directory => directory.CacheSize = GrainDirectoryCacheSize);
        silo.Services.AddSingleton<ClusterTls>();
        silo.Services.AddOptions<SiloConnectionOptions>().Configure<ClusterTls>((connections, links) =>
        {
            connections.ConfigureSiloInboundConnection(inbound => inbound.Use(links.Accept));
            connections.ConfigureSiloOutboundConnection(outbound => outbound.Use(links.Dial));
        });
        silo.Services.AddSerializer(serializer => serializer.AddDomainCodec());
        if (settings.Postgres.Length == 0)
            // No gateway: nobody but the nodes themselves speaks to grains.
            silo.UseLocalhostClustering(siloPort: ClaimPort(silo, IPAddress.Loopback), gatewayPort: 0);
        else
            JoinCluster(silo, settings);
    }

    private static void JoinCluster(ISiloBuilder silo, ServerSettings settings)
    {
        silo.Configure<ClusterOptions>(cluster => (cluster.ClusterId, cluster.ServiceId) = (ClusterName, ClusterName));
        // A node that was killed still stands in the list of the living; who joins waits for it no longer than it says so.
        silo.Configure<ClusterMembershipOptions>(membership => membership.IAmAliveTablePublishTimeout = IAmAliveInterval);
        var address = IPAddress.Parse(settings.ClusterAddress);
        silo.ConfigureEndpoints(address, settings.ClusterPort == 0 ? ClaimPort(silo, address) : settings.ClusterPort, gatewayPort: 0);
        silo.Services.AddSingleton<IMembershipTable>(_ => new PostgresMembershipTable(NpgsqlDataSource.Create(settings.Postgres)));
    }

    private static int ClaimPort(ISiloBuilder silo, IPAddress address)
    {
        var claim = ClusterPort.Claim(address);
        silo.Services.AddHostedService(_ => claim);
        return claim.Port;
    }
}
