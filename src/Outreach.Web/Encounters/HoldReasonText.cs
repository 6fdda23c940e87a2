using Outreach.Protocol.Encounters.V1;

namespace Outreach.Web.Encounters;

/// <summary>Why a record waits, in words.</summary>
internal static class HoldReasonText
{
    /// <summary>The name of a kind of reason.</summary>
    public static string Name(HoldCode code) => code switch
    {
        HoldCode.UnknownSite => "Site not known",
        HoldCode.UnknownProduct => "Product not known",
        HoldCode.ImpossibleQuantity => "Quantity out of range",
        HoldCode.InTheFuture => "A date in the future",
        _ => "Something to check",
    };
}
