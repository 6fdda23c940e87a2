using Outreach.Domain.Encounters;
using Outreach.Protocol.Reports.V1;
using Outreach.Server.Encounters;
using Outreach.Server.Recording;
using Wire = Outreach.Protocol.Encounters.V1;

namespace Outreach.Server.Reports;

/// <summary>The sums of one row of an overview.</summary>
internal sealed class OverviewRowSums
{
    private readonly SortedDictionary<string, long[]> products = new(StringComparer.Ordinal);
    private readonly SortedDictionary<ReferralKind, long> referrals = [];

    /// <summary>The figures in the order of <see cref="EncounterFigures.Columns"/>.</summary>
    public long[] Figures { get; } = new long[EncounterFigures.Columns.Length];

    /// <summary>True if nothing is left in the row.</summary>
    public bool IsZero =>
        !Figures.AsSpan().ContainsAnyExcept(0) && products.Values.All(IsZeroProduct) && referrals.Values.All(count => count == 0);

    /// <summary>The sums of a product in the order of <see cref="EncounterFigures.LineColumns"/>.</summary>
    public long[] GetProduct(string product)
    {
        if (!products.TryGetValue(product, out var sums))
            products[product] = sums = new long[EncounterFigures.LineColumns.Length];
        return sums;
    }

    /// <summary>Adds referrals of a kind.</summary>
    public void AddReferrals(ReferralKind kind, long count) => referrals[kind] = referrals.GetValueOrDefault(kind) + count;

    public OverviewRow ToWire(string site, string periodStart)
    {
        var row = new OverviewRow { SiteId = site, PeriodStart = periodStart, Figures = FigureFields.ToFigures(Figures) };
        foreach (var (product, sums) in products)
            if (!IsZeroProduct(sums))
                row.Products.Add(FigureFields.ToProductFigures(product, sums));
        foreach (var (kind, count) in referrals)
            if (count != 0)
                row.Referrals.Add(new ReferralFigures { Kind = WireEnums.ToWire<ReferralKind, Wire.ReferralKind>(kind), Referrals = count });
        return row;
    }

    private static bool IsZeroProduct(long[] sums) => !sums.AsSpan().ContainsAnyExcept(0);
}
