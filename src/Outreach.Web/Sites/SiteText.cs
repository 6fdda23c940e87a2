using Outreach.Protocol.Sites.V1;

namespace Outreach.Web.Sites;

/// <summary>What is said of sites, in words.</summary>
internal static class SiteText
{
    /// <summary>Every kind of site that a person can pick, with its name, the commonest first.</summary>
    public static readonly IReadOnlyList<(SiteKind Value, string Text)> Kinds =
    [
        (SiteKind.Fixed, "Building"),
        (SiteKind.Van, "Van"),
        (SiteKind.MobileStop, "Mobile stop"),
        (SiteKind.Backpack, "Backpack"),
        (SiteKind.VendingMachine, "Vending machine"),
        (SiteKind.Mail, "Mail"),
        (SiteKind.Partner, "Partner organization"),
        (SiteKind.Warehouse, "Storeroom"),
    ];

    /// <summary>The name of a kind.</summary>
    public static string KindName(SiteKind kind) => Kinds.FirstOrDefault(k => k.Value == kind).Text ?? "Other";
}
