using System.Runtime.CompilerServices;

namespace Outreach.Server.Recording;

/// <summary>Converts enums between the API and the domain. A member has the same number in both, which a test checks.</summary>
internal static class WireEnums
{
    /// <summary>Converts to the domain; false if this version does not know the member.</summary>
    public static bool TryParse<TWire, TDomain>(TWire wire, out TDomain kind)
        where TWire : struct, Enum
        where TDomain : struct, Enum
    {
        var number = Unsafe.BitCast<TWire, int>(wire);
        kind = Unsafe.BitCast<int, TDomain>(number);
        return number >= 0 && number <= Last<TDomain>.Number;
    }

    /// <summary>Converts to the API.</summary>
    public static TWire ToWire<TDomain, TWire>(TDomain kind)
        where TWire : struct, Enum
        where TDomain : struct, Enum =>
        Unsafe.BitCast<TDomain, TWire>(kind);

    /// <summary>The number of members other than the one for "not given".</summary>
    public static int Count<TDomain>()
        where TDomain : struct, Enum => Last<TDomain>.Number;

    private static class Last<T>
        where T : struct, Enum
    {
        public static readonly int Number = Enum.GetValues<T>().Max(kind => Unsafe.BitCast<T, int>(kind));
    }
}
