using Outreach.Protocol.Catalog.V1;
using Outreach.Protocol.Sites.V1;

namespace Outreach.Web.Shell.Names;

/// <summary>What people call sites and products. What has no name here goes by its id.</summary>
public sealed class DisplayNames
{
    private readonly Dictionary<string, string> sites = [];
    private readonly Dictionary<string, Product> products = [];
    private readonly Dictionary<string, string> timeZones;

    /// <summary>Names from the books. Where sites share a name, each is told apart by its place, or else by its id.</summary>
    public DisplayNames(IReadOnlyCollection<Site> sites, IReadOnlyCollection<Product> products)
    {
        ArgumentNullException.ThrowIfNull(sites);
        ArgumentNullException.ThrowIfNull(products);
        foreach (var same in sites.GroupBy(s => s.Name, StringComparer.OrdinalIgnoreCase))
            Disambiguate([.. same]);
        this.products = products.ToDictionary(p => p.ProductId);
        timeZones = sites.ToDictionary(s => s.SiteId, s => s.TimeZone);
        Products = [.. products.OrderBy(p => p.Name, StringComparer.OrdinalIgnoreCase)];
        Sites = [.. this.sites.Select(s => (s.Key, s.Value)).OrderBy(s => s.Value, StringComparer.OrdinalIgnoreCase)];
    }

    /// <summary>No names: everything goes by its id.</summary>
    public static DisplayNames Empty { get; } = new([], []);

    /// <summary>Every site with its name, in the order of names.</summary>
    public IReadOnlyList<(string SiteId, string Name)> Sites { get; }

    /// <summary>Every product, also those that are retired, in the order of names.</summary>
    public IReadOnlyList<Product> Products { get; }

    /// <summary>Whether a site has a name here.</summary>
    public bool KnowsSite(string siteId) => sites.ContainsKey(siteId);

    /// <summary>Whether a product has a name here.</summary>
    public bool KnowsProduct(string productId) => products.ContainsKey(productId);

    /// <summary>What people call the site.</summary>
    public string SiteName(string siteId) => sites.GetValueOrDefault(siteId, siteId);

    /// <summary>The time zone of the site, "America/New_York"; empty where it is not known.</summary>
    public string TimeZoneOf(string siteId) => timeZones.GetValueOrDefault(siteId, "");

    /// <summary>What people call the product.</summary>
    public string ProductName(string productId) => products.TryGetValue(productId, out var product) ? product.Name : productId;

    /// <summary>The unit the product is handed out in, for example "box"; empty where it is not known.</summary>
    public string UnitOfIssue(string productId) => products.TryGetValue(productId, out var product) ? product.UnitOfIssue : "";

    /// <summary>What the product is counted as.</summary>
    public Category CategoryOf(string productId) =>
        products.TryGetValue(productId, out var product) ? product.Category : Protocol.Catalog.V1.Category.Other;

    /// <summary>The name of a category.</summary>
    public static string CategoryName(Category category) => category switch
    {
        Protocol.Catalog.V1.Category.OverdoseReversal => "Overdose reversal",
        Protocol.Catalog.V1.Category.DrugChecking => "Drug checking",
        Protocol.Catalog.V1.Category.Syringes => "Syringes",
        Protocol.Catalog.V1.Category.SharpsDisposal => "Sharps containers",
        Protocol.Catalog.V1.Category.SaferInjecting => "Safer injecting",
        Protocol.Catalog.V1.Category.SaferSmoking => "Safer smoking",
        Protocol.Catalog.V1.Category.WoundCare => "Wound care",
        Protocol.Catalog.V1.Category.SaferSex => "Safer sex",
        Protocol.Catalog.V1.Category.Hygiene => "Hygiene",
        Protocol.Catalog.V1.Category.Education => "Education",
        _ => "Other",
    };

    private void Disambiguate(IReadOnlyCollection<Site> same)
    {
        foreach (var site in same)
        {
            var alike = same.Count(s => string.Equals(s.Place, site.Place, StringComparison.OrdinalIgnoreCase));
            sites[site.SiteId] = same.Count == 1 ? site.Name
                : alike == 1 && site.Place.Length > 0 ? $"{site.Name}, {site.Place}"
                : $"{site.Name} ({site.SiteId})";
        }
    }
}
