using NodaTime;
using Outreach.Domain.Catalog;

namespace Outreach.Domain.Encounters;

/// <summary>What a site's rules must know from elsewhere.</summary>
/// <param name="Zone">The site's time zone; null where no site has the id.</param>
/// <param name="Products">The products that were asked about and exist, by id.</param>
public sealed record ReferenceData(DateTimeZone? Zone, IReadOnlyDictionary<string, Product> Products);
