using NodaTime;
using Outreach.Domain.Access;
using Outreach.Domain.Catalog;
using Outreach.Domain.Encounters;
using Outreach.Domain.Recording;
using Outreach.Domain.Sites;
using Outreach.Domain.Stock;

namespace Outreach.Server.Demo;

/// <summary>A made-up program: sites, stock and sixty days of encounters. The same day always gives the same data.</summary>
internal sealed class DemoProgram(Instant now)
{
    private const int Days = 60;
    private const string Zone = "America/New_York";

    private static readonly (string Id, string Name, SiteKind Kind, int Busy, LocationType Where)[] Places =
    [
        ("storefront", "Storefront, Mill Street", SiteKind.Fixed, 9, LocationType.InService),
        ("van-north", "Van, north side", SiteKind.Van, 7, LocationType.MobileVan),
        ("van-south", "Van, south side", SiteKind.Van, 5, LocationType.MobileVan),
        ("backpack-1", "Backpack 1", SiteKind.Backpack, 3, LocationType.Street),
        ("vending-library", "Vending machine, library", SiteKind.VendingMachine, 2, LocationType.PublicSpace),
    ];

    private static readonly (string Product, int Most, int Booked)[] Supplies =
    [
        ("naloxone-nasal-4mg", 2, 900), ("naloxone-im-kit", 1, 200), ("fentanyl-strip", 5, 2_500), ("xylazine-strip", 4, 500),
        ("syringe-29g-0.5ml", 20, 12_000), ("sharps-container-personal", 1, 400), ("condom", 6, 4_000), ("hygiene-kit", 1, 300),
    ];

    private readonly Random random = new(2026);
    private readonly DateTimeZone zone = DateTimeZoneProviders.Tzdb[Zone];

    public static IEnumerable<Site> Sites => Places.Select(place =>
        new Site(new SiteId(place.Id), place.Name, place.Kind, Zone, "", null, [], false, OrganizationId.First));

    /// <summary>The receipts: lots that expire soon or late, and one expired lot at one site.</summary>
    public IEnumerable<(string Site, Receipt Receipt)> Receipts() =>
        from place in Places
        from supply in Supplies
        from receipt in CreateReceipts(place.Busy, supply.Product, supply.Booked * place.Busy / 10)
        select (place.Id, receipt);

    /// <summary>The encounters by site, oldest first.</summary>
    public IEnumerable<(string Site, IReadOnlyList<Encounter> Encounters)> Encounters() =>
        Places.Select(place => (place.Id, (IReadOnlyList<Encounter>)[.. Enumerable.Range(0, Days)
            .SelectMany(day => EncountersOn(place, now.InZone(zone).Date.PlusDays(day - Days + 1)))
            .Where(encounter => encounter.DeviceTime <= now)]));

    private IEnumerable<Receipt> CreateReceipts(int busy, string product, int units)
    {
        var receivedAt = now - Duration.FromDays(Days + 7);
        var expires = product.StartsWith("naloxone", StringComparison.Ordinal) || product.EndsWith("-strip", StringComparison.Ordinal);
        if (!expires)
            return [CreateReceipt(product, units, default, null, receivedAt)];
        var today = now.InZone(zone).Date;
        return
        [
            CreateReceipt(product, units / 4, new LotNumber("B2207"), today.PlusDays(21), receivedAt),
            CreateReceipt(product, units - (units / 4), new LotNumber("C1130"), today.PlusMonths(20), receivedAt),
            .. busy == 5 ? [CreateReceipt(product, 6, new LotNumber("A0418"), today.PlusDays(-Days - 3), receivedAt)] : Array.Empty<Receipt>(),
        ];
    }

    private static Receipt CreateReceipt(string product, int units, LotNumber lot, LocalDate? expires, Instant receivedAt)
    {
        var id = Guid.CreateVersion7();
        return new Receipt(id, new ContentHash(id), new ProductId(product), new Quantity(Math.Max(1, units)), lot, expires, receivedAt, "Made up");
    }

    private IEnumerable<Encounter> EncountersOn((string Id, string Name, SiteKind Kind, int Busy, LocationType Where) place, LocalDate day)
    {
        if (day.DayOfWeek == IsoDayOfWeek.Sunday && place.Kind != SiteKind.VendingMachine)
            yield break;
        for (var i = random.Next(place.Busy, place.Busy * 2); i > 0; i--)
        {
            var at = (day + new LocalTime(10, 0)).PlusMinutes(random.Next(0, 8 * 60)).InZoneLeniently(zone).ToInstant();
            yield return CreateEncounter(place.Id, place.Where, at);
        }
    }

    private Encounter CreateEncounter(string site, LocationType where, Instant at) => new(
        Guid.CreateVersion7(),
        new SiteId(site),
        at,
        Location: where,
        HandedOut: [.. Supplies.Where(_ => random.Next(4) == 0).Select(s => new HandedOut(new ProductId(s.Product), new Quantity(random.Next(1, s.Most + 1))))],
        Returned: random.Next(3) == 0 ? new SyringesReturned(random.Next(1, 30)) : null,
        Services: random.Next(5) == 0 ? [Service.OverdoseTraining] : [],
        Overdose: random.Next(40) == 0 ? new OverdoseReport(1, 1, random.Next(1, 4), RescueBreathing: YesNoUnknown.Yes) : null);
}
