using Outreach.Protocol.Sites.V1;

namespace Outreach.Web.Sites;

/// <summary>What is said of sites, in words.</summary>
internal static class SiteText
{
    /// <summary>Every kind of site that a person can pick, with its name, the commonest first.</summary>
    public static readonly IReadOnlyList<(SiteKind Value, string Text)> Kinds =
    [
        (SiteKind.Fixed, "Building, such as a storefront or a shelter"),
        (SiteKind.Van, "Van"),
        (SiteKind.MobileStop, "Stop of a mobile unit"),
        (SiteKind.Backpack, "Worker's backpack"),
        (SiteKind.VendingMachine, "Vending machine or unattended box"),
        (SiteKind.Mail, "Distribution by mail"),
        (SiteKind.Partner, "Partner organization"),
        (SiteKind.Warehouse, "Storeroom that does not hand out"),
    ];

    /// <summary>The name of a kind.</summary>
    public static string KindName(SiteKind kind) => Kinds.FirstOrDefault(k => k.Value == kind).Text ?? "Other";
}
