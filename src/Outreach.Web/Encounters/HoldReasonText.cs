using Outreach.Protocol.Encounters.V1;
using Outreach.Web.Shell.Kit;

namespace Outreach.Web.Encounters;

/// <summary>Why a record waits, in words.</summary>
internal static class HoldReasonText
{
    /// <summary>The name of a kind of reason.</summary>
    public static string Name(HoldCode code) => code switch
    {
        HoldCode.UnknownSite => "Unknown site",
        HoldCode.UnknownProduct => "Unknown product",
        HoldCode.ImpossibleQuantity => "Quantity out of range",
        HoldCode.InTheFuture => "Date in the future",
        _ => "Invalid field",
    };

    /// <summary>What is wrong, in a sentence.</summary>
    public static string Sentence(HoldReason reason) => reason.Code switch
    {
        _ when char.IsUpper(reason.Description.FirstOrDefault()) => reason.Description,
        HoldCode.UnknownSite => "The site is missing or not valid.",
        _ => $"{DisplayFormat.Capitalize(reason.Field.Replace('_', ' '))} {reason.Description}",
    };
}
