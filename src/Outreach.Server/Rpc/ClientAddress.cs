using System.Net;
using System.Net.Sockets;
using Grpc.Core;

namespace Outreach.Server.Rpc;

/// <summary>The address by which limits count a call: an IPv4 address, or the first half of an IPv6 address, which one household shares.</summary>
internal static class ClientAddress
{
    public static IPAddress From(ServerCallContext context) => From(context.GetHttpContext().Connection.RemoteIpAddress);

    public static IPAddress From(IPAddress? address)
    {
        if (address is null)
            return IPAddress.None;
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return address;
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes);
    }
}
