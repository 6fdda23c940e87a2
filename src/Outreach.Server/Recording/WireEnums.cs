using System.Runtime.CompilerServices;

namespace Outreach.Server.Recording;

/// <summary>Converts enums: a kind has the same number in the API and in the domain, which a test checks.</summary>
internal static class WireEnums
{
    /// <summary>False for a kind that this version does not know.</summary>
    public static bool TryParse<TWire, TDomain>(TWire wire, out TDomain kind)
        where TWire : struct, Enum
        where TDomain : struct, Enum
    {
        var number = Unsafe.BitCast<TWire, int>(wire);
        kind = Unsafe.BitCast<int, TDomain>(number);
        return number >= 0 && number <= Last<TDomain>.Number;
    }

    /// <summary>The API's kind for one of the domain's.</summary>
    public static TWire ToWire<TDomain, TWire>(TDomain kind)
        where TWire : struct, Enum
        where TDomain : struct, Enum =>
        Unsafe.BitCast<TDomain, TWire>(kind);

    /// <summary>How many kinds there are besides the one that says nothing.</summary>
    public static int Count<TDomain>()
        where TDomain : struct, Enum => Last<TDomain>.Number;

    private static class Last<T>
        where T : struct, Enum
    {
        public static readonly int Number = Enum.GetValues<T>().Max(kind => Unsafe.BitCast<T, int>(kind));
    }
}
