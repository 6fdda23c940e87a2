using Outreach.Protocol.Catalog.V1;
using Outreach.Protocol.Reports.V1;
using Outreach.Web.Shell.Names;

namespace Outreach.Web.Reports;

/// <summary>The figures of one site.</summary>
public sealed record SiteSum(string SiteId, string Name, Figures Figures);

/// <summary>What was handed out of one product: units of issue, and doses if it is a medication.</summary>
public sealed record ProductSum(string ProductId, string Name, string Unit, long Units, long Doses);

/// <summary>
/// The stock of one product at all selected sites, in units of issue. On hand is usable plus expired minus the shortfall, which is
/// what was handed out beyond the recorded stock.
/// </summary>
public sealed record ShelfSum(string ProductId, string Name, string Unit, long OnHand, long Expired, long Shortfall)
{
    /// <summary>The units that can be handed out. Never negative.</summary>
    public long Usable => Math.Max(0, OnHand + Shortfall - Expired);

    /// <summary>Whether units have expired or there is a shortfall.</summary>
    public bool NeedsAttention => Expired > 0 || Shortfall > 0;

    /// <summary>The length of the product's bar.</summary>
    public long BarTotal => Usable + Expired + Shortfall;
}

/// <summary>An open shortfall: units of a product that a site handed out beyond its recorded stock.</summary>
public sealed record OpenShortfall(string Site, string Product, string Unit, long Units);

/// <summary>The products of one category. Their units can be compared with each other, but not with other categories.</summary>
public sealed record ProductGroup<T>(string Name, IReadOnlyList<T> Products);

/// <summary>Groups the figures of a snapshot by site and by product.</summary>
public static class Breakdown
{
    /// <summary>Sums by site, the largest value of the metric first. Sites with the same value are in order of their names.</summary>
    public static IReadOnlyList<SiteSum> BySite(OverviewSnapshot snapshot, DisplayNames names, Metric metric)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        return
        [
            .. snapshot.Rows
                .Where(r => r.SiteId.Length > 0)
                .GroupBy(r => r.SiteId)
                .Select(g => new SiteSum(g.Key, names.SiteName(g.Key), g.Aggregate(new Figures(), (sum, row) => sum.Plus(row.Figures))))
                .OrderByDescending(s => metric.MaxOf(s.Figures))
                .ThenBy(s => s.Name, StringComparer.OrdinalIgnoreCase),
        ];
    }

    /// <summary>What was handed out, by category and product, the largest number of units first.</summary>
    public static IReadOnlyList<ProductGroup<ProductSum>> ByProduct(OverviewSnapshot snapshot, DisplayNames names)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        var sums = snapshot.Rows
            .SelectMany(r => r.Products)
            .GroupBy(p => p.ProductId)
            .Select(g => new ProductSum(g.Key, names.ProductName(g.Key), names.UnitOfIssue(g.Key), g.Sum(p => p.UnitsDistributed), g.Sum(p => p.DosesDistributed)))
            .Where(p => p.Units != 0);
        return GroupByCategory(sums, names, p => p.ProductId, p => p.Units);
    }

    /// <summary>The stock of all sites, by category and product, the longest bar first.</summary>
    public static IReadOnlyList<ProductGroup<ShelfSum>> Shelves(OverviewSnapshot snapshot, DisplayNames names)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        var sums = snapshot.Shelves
            .Where(s => s.SiteId.Length == 0)
            .GroupBy(s => s.ProductId)
            .Select(g => new ShelfSum(
                g.Key, names.ProductName(g.Key), names.UnitOfIssue(g.Key), g.Sum(s => s.OnHand), g.Sum(s => s.Expired), g.Sum(s => s.Shortfall)));
        return GroupByCategory(sums, names, s => s.ProductId, s => s.BarTotal);
    }

    /// <summary>The open shortfalls by site and product, the largest first.</summary>
    public static IReadOnlyList<OpenShortfall> Shortfalls(OverviewSnapshot snapshot, DisplayNames names)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        return
        [
            .. snapshot.Shelves
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
