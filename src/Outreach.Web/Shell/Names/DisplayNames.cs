using Outreach.Protocol.Catalog.V1;
using Outreach.Protocol.Sites.V1;

namespace Outreach.Web.Shell.Names;

/// <summary>The names and time zones of sites, and the names of products. A site or product without a name is shown with its id.</summary>
public sealed class DisplayNames
{
    private readonly Dictionary<string, string> sites = [];
    private readonly Dictionary<string, TimeZoneInfo> timeZones = [];
    private readonly Dictionary<string, Product> products = [];

    /// <summary>Creates the names. If sites share a name, their place is added to it, or their id if they share the place too.</summary>
    public DisplayNames(IReadOnlyCollection<Site> sites, IReadOnlyCollection<Product> products)
    {
        ArgumentNullException.ThrowIfNull(sites);
        ArgumentNullException.ThrowIfNull(products);
        foreach (var namesakes in sites.GroupBy(s => s.Name, StringComparer.OrdinalIgnoreCase))
            AddSites([.. namesakes]);
        foreach (var site in sites)
            timeZones[site.SiteId] = TimeZoneInfo.TryFindSystemTimeZoneById(site.TimeZone, out var zone) ? zone : TimeZoneInfo.Local;
        this.products = products.ToDictionary(p => p.ProductId);
        Products = [.. products.OrderBy(p => p.Name, StringComparer.OrdinalIgnoreCase)];
        Sites = [.. this.sites.Select(s => (s.Key, s.Value)).OrderBy(s => s.Value, StringComparer.OrdinalIgnoreCase)];
    }

    /// <summary>No names: ids are shown.</summary>
    public static DisplayNames Empty { get; } = new([], []);

    /// <summary>All sites with their names, in order of the names.</summary>
    public IReadOnlyList<(string SiteId, string Name)> Sites { get; }

    /// <summary>All products, including retired ones, in order of their names.</summary>
    public IReadOnlyList<Product> Products { get; }

    /// <summary>Whether a site has a name here.</summary>
    public bool KnowsSite(string siteId) => sites.ContainsKey(siteId);

    /// <summary>Whether a product has a name here.</summary>
    public bool KnowsProduct(string productId) => products.ContainsKey(productId);

    /// <summary>The name of a site.</summary>
    public string SiteName(string siteId) => sites.GetValueOrDefault(siteId, siteId);

    /// <summary>The IANA id of a site's time zone, for example "America/New_York"; empty if it is not known.</summary>
    public string TimeZoneOf(string siteId) => timeZones.TryGetValue(siteId, out var zone) ? zone.Id : "";

    /// <summary>
    /// The day of an instant in the time zone of a site. For all sites (null) and for an unknown site, the latest day of any site. The
    /// browser's day if no site is known.
    /// </summary>
    public DateOnly DayAt(string? siteId, DateTimeOffset instant)
    {
        IEnumerable<TimeZoneInfo> zones = siteId is not null && timeZones.TryGetValue(siteId, out var zone) ? [zone] : timeZones.Values;
        return zones.DefaultIfEmpty(TimeZoneInfo.Local).Max(z => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(instant, z).DateTime));
    }

    /// <summary>The name of a product.</summary>
    public string ProductName(string productId) => products.TryGetValue(productId, out var product) ? product.Name : productId;

    /// <summary>The unit in which a product is handed out, for example "box"; empty if it is not known.</summary>
    public string UnitOfIssue(string productId) => products.TryGetValue(productId, out var product) ? product.UnitOfIssue : "";

    /// <summary>The category of a product; <see cref="Category.Other"/> if it is not known.</summary>
    public Category CategoryOf(string productId) =>
        products.TryGetValue(productId, out var product) ? product.Category : Category.Other;

    /// <summary>The name of a category.</summary>
    public static string CategoryName(Category category) => category switch
    {
        Category.OverdoseReversal => "Overdose reversal",
        Category.DrugChecking => "Drug checking",
        Category.Syringes => "Syringes",
        Category.SharpsDisposal => "Sharps containers",
        Category.SaferInjecting => "Safer injecting",
        Category.SaferSmoking => "Safer smoking",
        Category.WoundCare => "Wound care",
        Category.SaferSex => "Safer sex",
        Category.Hygiene => "Hygiene",
        Category.Education => "Education",
        _ => "Other",
    };

    private void AddSites(IReadOnlyCollection<Site> namesakes)
    {
        foreach (var site in namesakes)
        {
            var samePlace = namesakes.Count(s => string.Equals(s.Place, site.Place, StringComparison.OrdinalIgnoreCase));
            sites[site.SiteId] = namesakes.Count == 1 ? site.Name
                : samePlace == 1 && site.Place.Length > 0 ? $"{site.Name}, {site.Place}"
                : $"{site.Name} ({site.SiteId})";
        }
    }
}
