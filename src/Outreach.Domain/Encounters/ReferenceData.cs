using NodaTime;
using Outreach.Domain.Catalog;

namespace Outreach.Domain.Encounters;

/// <summary>The data from settings and catalog that a site's rules need.</summary>
/// <param name="Zone">The site's time zone; null if there is no site with the id.</param>
/// <param name="Products">Those of the record's products that exist, by id.</param>
public sealed record ReferenceData(DateTimeZone? Zone, IReadOnlyDictionary<string, Product> Products);
