using System.ComponentModel;
using Outreach.Server.Configuration;

namespace Outreach.Server.Hosting;

/// <summary>The address of this server for other servers of the cluster.</summary>
internal sealed class ClusterSettings : ISettingsSection
{
    [Description("The IP address at which other servers of the same program reach this one. Used with PostgreSQL only.")]
    public string ClusterAddress { get; set; } = "127.0.0.1";

    [Description("The port at which other servers reach this one; 0 for the first free port from 5082. Used with PostgreSQL only.")]
    public int ClusterPort { get; set; }

    public void Validate()
    {
        AddressSettings.CheckAddress(nameof(ClusterAddress), ClusterAddress);
        AddressSettings.CheckPort(nameof(ClusterPort), ClusterPort);
    }
}
