using System.Net;
using Outreach.Server.Configuration;

namespace Outreach.Server.Hosting;

/// <summary>Checks settings that are addresses and ports.</summary>
internal static class AddressSettings
{
    /// <exception cref="StartException">The value is not an IP address.</exception>
    public static void CheckAddress(string name, string value)
    {
        if (!IPAddress.TryParse(value, out _))
            throw new StartException($"Outreach:{name} must be an IP address; this is '{value}'.");
    }

    /// <exception cref="StartException">The value is not a port.</exception>
    public static void CheckPort(string name, int value)
    {
        if (value is < 0 or > ushort.MaxValue)
            throw new StartException($"Outreach:{name} must be a port from 0 to 65535; this is {value}.");
    }
}
