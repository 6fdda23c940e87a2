using Outreach.Protocol.Sites.V1;
using DayOfWeek = Outreach.Protocol.Sites.V1.DayOfWeek;

namespace Outreach.Web.Sites;

/// <summary>Texts about sites.</summary>
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

    /// <summary>The days of the week, from Monday.</summary>
    public static readonly IReadOnlyList<(DayOfWeek Value, string Text)> Days =
        [.. Enum.GetValues<DayOfWeek>().Where(day => day != DayOfWeek.Unspecified).Select(day => (day, day.ToString()))];

    /// <summary>A weekly period, "Monday 09:00 to 17:00".</summary>
    public static string HoursText(ServiceHours hours) => $"{hours.Day} {hours.Opens} to {hours.Closes}";
}
