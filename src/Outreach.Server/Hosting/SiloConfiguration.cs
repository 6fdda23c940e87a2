using System.Net;
using Npgsql;
using Orleans.Configuration;
using Orleans.Serialization;
using Outreach.Server.Ledger.Stores;

namespace Outreach.Server.Hosting;

/// <summary>Configures the Orleans silo: a single server on the embedded store, a cluster on PostgreSQL.</summary>
internal static class SiloConfiguration
{
    private const string ClusterName = "outreach";
    private static readonly TimeSpan IAmAliveInterval = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan GrainIdleTimeout = TimeSpan.FromMinutes(10);

    /// <summary>The number of grains whose silo is cached. Orleans allocates the tables in full: 19 MB for its default of a million.</summary>
    private const int GrainDirectoryCacheSize = 50_000;

    public static void Configure(ISiloBuilder silo, ClusterSettings settings, StoreFactory store)
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
        if (store.ClusterDatabase is { } database)
            JoinCluster(silo, settings, database);
        else
            // No gateway: only the server itself calls grains.
            silo.UseLocalhostClustering(siloPort: ClaimPort(silo, IPAddress.Loopback), gatewayPort: 0);
    }

    private static void JoinCluster(ISiloBuilder silo, ClusterSettings settings, string database)
    {
        silo.Configure<ClusterOptions>(cluster => (cluster.ClusterId, cluster.ServiceId) = (ClusterName, ClusterName));
        // A killed server is still in the list; a new server waits for it for at most three of these intervals.
        silo.Configure<ClusterMembershipOptions>(membership => membership.IAmAliveTablePublishTimeout = IAmAliveInterval);
        var address = IPAddress.Parse(settings.ClusterAddress);
        silo.ConfigureEndpoints(address, settings.ClusterPort == 0 ? ClaimPort(silo, address) : settings.ClusterPort, gatewayPort: 0);
        silo.Services.AddSingleton<IMembershipTable>(_ => new PostgresMembershipTable(NpgsqlDataSource.Create(database)));
    }

    private static int ClaimPort(ISiloBuilder silo, IPAddress address)
    {
        var claim = ClusterPort.Claim(address);
        silo.Services.AddHostedService(_ => claim);
        return claim.Port;
    }
}
