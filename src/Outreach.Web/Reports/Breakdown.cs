using Outreach.Protocol.Catalog.V1;
using Outreach.Protocol.Reports.V1;
using Outreach.Web.Shell.Names;

namespace Outreach.Web.Reports;

/// <summary>Figures of one site.</summary>
public sealed record SiteSum(string SiteId, string Name, Figures Figures);

/// <summary>What was handed out of one product: units of issue, and doses where it is a medication.</summary>
public sealed record ProductSum(string ProductId, string Name, string Unit, long Units, long Doses);

/// <summary>
/// Stock of one product over every site that was asked for, in units of issue: what can be used, what has expired, and what was
/// handed out that the books did not cover. On hand by the books is usable and expired less short.
/// </summary>
public sealed record ShelfSum(string ProductId, string Name, string Unit, long OnHand, long Expired, long Shortfall)
{
    /// <summary>Units that can be handed out, never below zero.</summary>
    public long Usable => Math.Max(0, OnHand + Shortfall - Expired);

    /// <summary>Whether anything of it has expired or is short.</summary>
    public bool NeedsAttention => Expired > 0 || Shortfall > 0;

    /// <summary>What its bar has to hold.</summary>
    public long BarTotal => Usable + Expired + Shortfall;
}

/// <summary>An open shortfall of one product at one site.</summary>
public sealed record OpenShortfall(string Site, string Product, string Unit, long Units);

/// <summary>Products of one category: comparable with each other, and not with those of another.</summary>
public sealed record ProductGroup<T>(string Name, IReadOnlyList<T> Products);

/// <summary>Splits a picture by site, by product and by shelf.</summary>
public static class Breakdown
{
    /// <summary>Sums by site, the largest of a measure first; sites without any of it last, by name.</summary>
    public static IReadOnlyList<SiteSum> BySite(OverviewSnapshot picture, DisplayNames names, Metric measure)
    {
        ArgumentNullException.ThrowIfNull(picture);
        return
        [
            .. picture.Rows
                .Where(r => r.SiteId.Length > 0)
                .GroupBy(r => r.SiteId)
                .Select(g => new SiteSum(g.Key, names.SiteName(g.Key), g.Aggregate(new Figures(), (sum, row) => sum.Plus(row.Figures))))
                .OrderByDescending(s => measure.MaxOf(s.Figures))
                .ThenBy(s => s.Name, StringComparer.OrdinalIgnoreCase),
        ];
    }

    /// <summary>What was handed out by category and product, the most first.</summary>
    public static IReadOnlyList<ProductGroup<ProductSum>> ByProduct(OverviewSnapshot picture, DisplayNames names)
    {
        ArgumentNullException.ThrowIfNull(picture);
        var sums = picture.Rows
            .SelectMany(r => r.Products)
            .GroupBy(p => p.ProductId)
            .Select(g => new ProductSum(g.Key, names.ProductName(g.Key), names.UnitOfIssue(g.Key), g.Sum(p => p.Units), g.Sum(p => p.Doses)))
            .Where(p => p.Units != 0);
        return GroupByCategory(sums, names, p => p.ProductId, p => p.Units);
    }

    /// <summary>Stock by category and product over all sites, the most first.</summary>
    public static IReadOnlyList<ProductGroup<ShelfSum>> Shelves(OverviewSnapshot picture, DisplayNames names)
    {
        ArgumentNullException.ThrowIfNull(picture);
        var sums = picture.Shelves
            .Where(s => s.SiteId.Length == 0)
            .GroupBy(s => s.ProductId)
            .Select(g => new ShelfSum(
                g.Key, names.ProductName(g.Key), names.UnitOfIssue(g.Key), g.Sum(s => s.OnHand), g.Sum(s => s.Expired), g.Sum(s => s.Shortfall)));
        return GroupByCategory(sums, names, s => s.ProductId, s => s.BarTotal);
    }

    /// <summary>Open shortfalls by site and product, the largest first.</summary>
    public static IReadOnlyList<OpenShortfall> Shortfalls(OverviewSnapshot picture, DisplayNames names)
    {
        ArgumentNullException.ThrowIfNull(picture);
        return
        [
            .. picture.Shelves
                .Where(s => s.SiteId.Length > 0 && s.Shortfall > 0)
                .OrderByDescending(s => s.Shortfall)
                .Select(s => new OpenShortfall(names.SiteName(s.SiteId), names.ProductName(s.ProductId), names.UnitOfIssue(s.ProductId), s.Shortfall)),
        ];
    }

    private static List<ProductGroup<T>> GroupByCategory<T>(IEnumerable<T> sums, DisplayNames names, Func<T, string> id, Func<T, long> size) =>
    [
        .. sums
            .GroupBy(s => names.CategoryOf(id(s)))
            .OrderBy(g => g.Key == Category.Unspecified ? Category.Other : g.Key)
            .Select(g => new ProductGroup<T>(DisplayNames.CategoryName(g.Key), [.. g.OrderByDescending(size).ThenBy(id, StringComparer.Ordinal)])),
    ];
}
