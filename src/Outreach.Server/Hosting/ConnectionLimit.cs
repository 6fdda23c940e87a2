using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Outreach.Server.Rpc;

namespace Outreach.Server.Hosting;

/// <summary>Limits the connections of one address. The proxies in the settings are not limited, because they serve many clients.</summary>
internal sealed class ConnectionLimit(ListeningSettings settings)
{
    /// <summary>The maximum number of connections of one address; further ones are closed.</summary>
    public const int MaxPerAddress = 1_000;

    private readonly HashSet<IPAddress> proxies = [.. settings.ProxyAddresses.Select(proxy => IPAddress.Parse(proxy).MapToIPv6())];
    private readonly ConcurrentDictionary<IPAddress, int> open = new();

    /// <summary>Serves a connection, or closes it if its address has too many.</summary>
    public async Task ServeAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var from = (connection.RemoteEndPoint as IPEndPoint)?.Address;
        var address = ClientAddress.From(from);
        if (from is not null && proxies.Contains(from.MapToIPv6()))
        {
            await next(connection);
            return;
        }

        try
        {
            if (open.AddOrUpdate(address, 1, (_, count) => count + 1) > MaxPerAddress)
                Instruments.LimitedCalls.Add(1, new KeyValuePair<string, object?>("limit", "connections"));
            else
                await next(connection);
        }
        finally
        {
            Release(address);
        }
    }

    private void Release(IPAddress address)
    {
        if (open.AddOrUpdate(address, 0, (_, count) => count - 1) == 0)
            open.TryRemove(KeyValuePair.Create(address, 0));
    }
}
