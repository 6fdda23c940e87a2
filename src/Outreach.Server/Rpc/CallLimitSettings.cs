using System.ComponentModel;
using Outreach.Server.Configuration;

namespace Outreach.Server.Rpc;

/// <summary>How often clients may call.</summary>
internal sealed class CallLimitSettings : ISettingsSection
{
    private const int MaxCallsPerSecond = 1_000_000;

    [Description("Calls per second from one address, 0 to 1,000,000. Bursts may be ten times as large; one device may use a fifth. 0 removes the limits on calls and streams.")]
    public int CallsPerSecond { get; set; } = 500;

    public void Validate()
    {
        if (CallsPerSecond is < 0 or > MaxCallsPerSecond)
            throw new StartException($"Outreach:CallsPerSecond must be from 0 to {MaxCallsPerSecond}; this is {CallsPerSecond}.");
    }
}
