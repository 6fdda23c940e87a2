using System.ComponentModel;
using Outreach.Server.Configuration;

namespace Outreach.Server.Hosting;

/// <summary>Where the other servers of a cluster reach this one.</summary>
internal sealed class ClusterSettings : ISettings
{
    [Description("The IP address that other servers of the same program reach this one at. Used with PostgreSQL only.")]
    public string ClusterAddress { get; set; } = "127.0.0.1";

    [Description("The port that other servers reach this one at; 0: the first free port from 5082. Used with PostgreSQL only.")]
    public int ClusterPort { get; set; }

    public void Validate()
    {
        AddressSettings.CheckAddress(nameof(ClusterAddress), ClusterAddress);
        AddressSettings.CheckPort(nameof(ClusterPort), ClusterPort);
    }
}
