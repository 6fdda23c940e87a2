using NodaTime;
using NodaTime.Text;
using Outreach.Domain.Recording;
using Outreach.Protocol.Reports.V1;
using Outreach.Server.Rpc;

namespace Outreach.Server.Reports;

/// <summary>Gathers figures by day into rows by site and span of time.</summary>
internal sealed class OverviewBuilder(OverviewFilter ask, int mostRows)
{
    private readonly SortedDictionary<(string Site, LocalDate Start), Row> rows = new(RowOrder);

    private static Comparer<(string Site, LocalDate Start)> RowOrder { get; } = Comparer<(string Site, LocalDate Start)>.Create(
        (x, y) => string.CompareOrdinal(x.Site, y.Site) is var sites and not 0 ? sites : x.Start.CompareTo(y.Start));

    /// <summary>The row that a day of a site counts in.</summary>
    /// <exception cref="RefusedException">There would be more rows than may be asked for.</exception>
    public OverviewRow GetRow(string site, long day) => GetOrAddRow(site, day).Wire;

    /// <summary>Adds what was handed out of a product.</summary>
    public void Add(string site, long day, string product, long units, long doses)
    {
        var products = GetOrAddRow(site, day).Products;
        if (!products.TryGetValue(product, out var figures))
            products[product] = figures = new ProductFigures { ProductId = product };
        figures.Units += units;
        figures.Doses += doses;
    }

    /// <summary>The rows with their total. Rows in which nothing is left, all of it voided, are left out.</summary>
    public Overview ToOverview()
    {
        var overview = new Overview { Total = new Figures() };
        foreach (var (wire, products) in rows.Values)
        {
            wire.Products.Add(products.Values.Where(p => p.Units != 0 || p.Doses != 0));
            if (wire.Figures.Equals(NoFigures) && wire.Products.Count == 0)
                continue;
            overview.Rows.Add(wire);
            Add(overview.Total, wire.Figures);
        }
        return overview;
    }

    private static Figures NoFigures { get; } = new();

    private Row GetOrAddRow(string site, long day)
    {
        var start = PeriodStart(OverviewSql.FromDayNumber(day));
        if (rows.TryGetValue((site, start), out var row))
            return row;
        if (rows.Count == mostRows)
            throw new RefusedException(Refusal.LimitExceeded(
                "TOO_MANY_ROWS", $"The answer has more than {mostRows} rows. Ask for a shorter period or a wider span."));
        var text = ask.Span == Span.Unspecified && ask.From is null ? "" : LocalDatePattern.Iso.Format(start);
        return rows[(site, start)] = new Row(
            new OverviewRow { SiteId = site, PeriodStart = text, Figures = new Figures() }, new(StringComparer.Ordinal));
    }

    private LocalDate PeriodStart(LocalDate day) => ask.Span switch
    {
        Span.Unspecified => ask.From ?? LocalDate.MinIsoValue,
        Span.Day => day,
        Span.Week => day.DayOfWeek == IsoDayOfWeek.Monday ? day : day.Previous(IsoDayOfWeek.Monday),
        Span.Month => new LocalDate(day.Year, day.Month, 1),
        Span.Quarter => new LocalDate(day.Year, ((day.Month - 1) / 3 * 3) + 1, 1),
        Span.Year => new LocalDate(day.Year, 1, 1),
        _ => throw new ArgumentOutOfRangeException(nameof(day), ask.Span, "A span of no known kind."),
    };

    private static void Add(Figures total, Figures part)
    {
        total.Encounters += part.Encounters;
        total.People += part.People;
        total.Units += part.Units;
        total.Doses += part.Doses;
        total.Reversals += part.Reversals;
        total.SyringesOut += part.SyringesOut;
        total.SyringesIn += part.SyringesIn;
    }

    private sealed record Row(OverviewRow Wire, SortedDictionary<string, ProductFigures> Products);
}
