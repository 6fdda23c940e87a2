using NodaTime;
using NodaTime.Text;
using Outreach.Domain.Recording;
using Outreach.Protocol.Reports.V1;
using Outreach.Server.Encounters;
using Outreach.Server.Recording;
using Outreach.Server.Rpc;

namespace Outreach.Server.Reports;

/// <summary>Sums figures by day into rows by site and span of time.</summary>
internal sealed class OverviewBuilder(OverviewFilter ask, int mostRows)
{
    private readonly SortedDictionary<(string Site, LocalDate Start), OverviewRowSums> rows = new(RowOrder);

    private static Comparer<(string Site, LocalDate Start)> RowOrder { get; } = Comparer<(string Site, LocalDate Start)>.Create(
        (x, y) => string.CompareOrdinal(x.Site, y.Site) is var sites and not 0 ? sites : x.Start.CompareTo(y.Start));

    /// <summary>The row that a day of a site counts in.</summary>
    /// <exception cref="RefusedException">There would be more rows than may be asked for.</exception>
    public OverviewRowSums GetRow(string site, long day)
    {
        var start = PeriodStart(DayNumber.ToDay(day));
        if (rows.TryGetValue((site, start), out var row))
            return row;
        if (rows.Count == mostRows)
            throw new RefusedException(Refusal.LimitExceeded(
                "TOO_MANY_ROWS", $"The answer has more than {mostRows} rows. Ask for a shorter period or a wider span."));
        return rows[(site, start)] = new OverviewRowSums();
    }

    /// <summary>The rows with their total. Rows in which nothing is left because all of it was voided are omitted.</summary>
    public Overview ToOverview()
    {
        var overview = new Overview();
        var total = new long[EncounterFigures.Columns.Length];
        foreach (var ((site, start), row) in rows)
        {
            if (row.IsZero)
                continue;
            overview.Rows.Add(row.ToWire(site, FormatStart(start)));
            for (var i = 0; i < total.Length; i++)
                total[i] += row.Figures[i];
        }
        overview.Total = FigureFields.ToFigures(total);
        return overview;
    }

    private string FormatStart(LocalDate start) =>
        ask.Span == Span.Unspecified && ask.From is null ? "" : LocalDatePattern.Iso.Format(start);

    private LocalDate PeriodStart(LocalDate day) => ask.Span switch
    {
        Span.Unspecified => ask.From ?? LocalDate.MinIsoValue,
        Span.Day => day,
        Span.Week => day.DayOfWeek == IsoDayOfWeek.Monday ? day : day.Previous(IsoDayOfWeek.Monday),
        Span.Month => new LocalDate(day.Year, day.Month, 1),
        Span.Quarter => new LocalDate(day.Year, ((day.Month - 1) / 3 * 3) + 1, 1),
        Span.Year => new LocalDate(day.Year, 1, 1),
        _ => throw new ArgumentOutOfRangeException(nameof(day), ask.Span, "The span is unknown."),
    };
}
