using System.ComponentModel;
using Outreach.Server.Configuration;

namespace Outreach.Server.Rpc;

/// <summary>How often clients may call.</summary>
internal sealed class CallLimitSettings : ISettings
{
    private const int MaxCallsPerSecond = 1_000_000;

    [Description("Calls a second from one address, 0 to 1,000,000; ten times as many at once, and a fifth of it from one device. 0: no limit on calls and streams.")]
    public int CallsPerSecond { get; set; } = 500;

    public void Validate()
    {
        if (CallsPerSecond is < 0 or > MaxCallsPerSecond)
            throw new StartException($"Outreach:CallsPerSecond must be from 0 to {MaxCallsPerSecond}; it is {CallsPerSecond}.");
    }
}
