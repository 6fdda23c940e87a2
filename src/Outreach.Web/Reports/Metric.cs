using Outreach.Protocol.Reports.V1;
using Outreach.Web.Shell.Kit;

namespace Outreach.Web.Reports;

/// <summary>A figure on the screen: its name, its meaning and its one or two series.</summary>
/// <param name="Key">A short name, used as a CSS class.</param>
/// <param name="Name">The name on the screen.</param>
/// <param name="Meaning">A sentence that says what is counted.</param>
/// <param name="Series">The one or two series in charts.</param>
public sealed record Metric(string Key, string Name, string Meaning, IReadOnlyList<Series> Series)
{
    /// <summary>People reached, counted as contacts.</summary>
    public static Metric People { get; } = new(
        "people",
        "People reached (contacts)",
        "Counts contacts, not different people: somebody who comes twice counts twice. A bulk encounter, for a whole shift or month, counts the people that it states.",
        [new("People reached", f => f.Contacts)]);

    /// <summary>Encounters that count.</summary>
    public static Metric Encounters { get; } = new(
        "encounters",
        "Encounters",
        "Encounters logged. A bulk encounter, for a whole shift or month, counts as one. Held and voided encounters do not count.",
        [new("Encounters", f => f.Encounters)]);

    /// <summary>Doses of overdose reversal medication.</summary>
    public static Metric Doses { get; } = new(
        "doses",
        "Naloxone doses handed out",
        "Doses of naloxone, and of other medication that reverses an overdose. A box of two devices is two doses.",
        [new("Doses", f => f.DosesDistributed)]);

    /// <summary>Reported overdose reversals.</summary>
    public static Metric Reversals { get; } = new(
        "reversals",
        "Overdose reversals reported",
        "Overdose reversals that people reported to the program. Nobody has to say who was involved.",
        [new("Reversals", f => f.Reversals)]);

    /// <summary>Units of all products.</summary>
    public static Metric Units { get; } = new(
        "units",
        "Units handed out",
        "Boxes, kits, bags and single pieces of all products. Each product counts in the unit in which it is handed out.",
        [new("Units", f => f.UnitsDistributed)]);

    /// <summary>Syringes handed out and returned.</summary>
    public static Metric Syringes { get; } = new(
        "syringes",
        "Syringes",
        "Handed out: single syringes. Returned: used syringes, counted or estimated from their weight.",
        [new("Handed out", f => f.SyringesDistributed), new("Returned", f => f.SyringesReturned)]);

    /// <summary>All metrics, in display order.</summary>
    public static IReadOnlyList<Metric> All { get; } = [People, Encounters, Doses, Reversals, Units, Syringes];

    /// <summary>The largest value among the metric's series.</summary>
    public long MaxOf(Figures figures) => Series.Max(s => s.ValueIn(figures));

    /// <summary>The values of all series as text, "12" or "12 handed out, 5 returned".</summary>
    public string FormatValues(Figures figures) => string.Join(", ", Series.Select(s =>
        Series.Count > 1 ? $"{DisplayFormat.Number(s.ValueIn(figures))} {s.Name.ToLowerInvariant()}" : DisplayFormat.Number(s.ValueIn(figures))));
}

/// <summary>One series of a metric.</summary>
/// <param name="Name">The name on the screen.</param>
/// <param name="ValueIn">Reads the value from figures.</param>
public sealed record Series(string Name, Func<Figures, long> ValueIn);
