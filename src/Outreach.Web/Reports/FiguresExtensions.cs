using Outreach.Protocol.Reports.V1;

namespace Outreach.Web.Reports;

/// <summary>Adds figures.</summary>
public static class FiguresExtensions
{
    /// <summary>The sum of both, as a new object. Null counts as zeros.</summary>
    public static Figures Plus(this Figures? one, Figures? other)
    {
        one ??= new Figures();
        other ??= new Figures();
        return new Figures
        {
            Encounters = one.Encounters + other.Encounters,
            People = one.People + other.People,
            Units = one.Units + other.Units,
            Doses = one.Doses + other.Doses,
            Reversals = one.Reversals + other.Reversals,
            SyringesOut = one.SyringesOut + other.SyringesOut,
            SyringesIn = one.SyringesIn + other.SyringesIn,
        };
    }
}
