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
            Contacts = one.Contacts + other.Contacts,
            UnitsDistributed = one.UnitsDistributed + other.UnitsDistributed,
            DosesDistributed = one.DosesDistributed + other.DosesDistributed,
            Reversals = one.Reversals + other.Reversals,
            SyringesDistributed = one.SyringesDistributed + other.SyringesDistributed,
            SyringesReturned = one.SyringesReturned + other.SyringesReturned,
            PeopleTrained = one.PeopleTrained + other.PeopleTrained,
            OverdosesSeen = one.OverdosesSeen + other.OverdosesSeen,
            DosesUsed = one.DosesUsed + other.DosesUsed,
        };
    }
}
