using Outreach.Protocol.Reports.V1;

namespace Outreach.Web.Reports;

/// <summary>One of the figures people look at, under the name they know it by.</summary>
/// <param name="Key">Short name, for addresses of elements.</param>
/// <param name="Name">What it is called on the screen.</param>
/// <param name="Meaning">What is counted, in a sentence.</param>
/// <param name="Series">The one or two series it is drawn as.</param>
public sealed record Metric(string Key, string Name, string Meaning, IReadOnlyList<Series> Series)
{
    /// <summary>Everyone who was reached.</summary>
    public static Metric People { get; } = new(
        "people",
        "People reached",
        "Contacts, not different people: someone who came twice counts twice. A record that stands for a whole shift or month counts the number of people it states.",
        [new("People reached", f => f.Contacts)]);

    /// <summary>Every record that counts.</summary>
    public static Metric Encounters { get; } = new(
        "encounters",
        "Encounters",
        "Records that count. One that stands for a whole shift or month is one encounter.",
        [new("Encounters", f => f.Encounters)]);

    /// <summary>Doses of medication that reverses an overdose.</summary>
    public static Metric Doses { get; } = new(
        "doses",
        "Overdose-reversal doses",
        "Doses of naloxone and other medication that reverses an overdose, handed out. A box of two devices is two doses.",
        [new("Doses", f => f.DosesDistributed)]);

    /// <summary>Reversals that were reported.</summary>
    public static Metric Reversals { get; } = new(
        "reversals",
        "Overdose reversals reported",
        "People who were revived, as reported to the program. Nobody has to say who.",
        [new("Reversals", f => f.Reversals)]);

    /// <summary>Units of everything.</summary>
    public static Metric Units { get; } = new(
        "units",
        "Units handed out",
        "Boxes, kits, bags and single pieces of everything, each counted by the unit it is handed out in.",
        [new("Units", f => f.UnitsDistributed)]);

    /// <summary>Syringes, both ways.</summary>
    public static Metric Syringes { get; } = new(
        "syringes",
        "Syringes",
        "Out: single syringes handed out. In: used syringes that came back, counted or worked out from their weight.",
        [new("Out", f => f.SyringesDistributed), new("In", f => f.SyringesReturned)]);

    /// <summary>All of them, in the order they are shown.</summary>
    public static IReadOnlyList<Metric> All { get; } = [People, Encounters, Doses, Reversals, Units, Syringes];

    /// <summary>The largest of its series in some figures.</summary>
    public long MaxOf(Figures figures) => Series.Max(s => s.ValueIn(figures));
}

/// <summary>A number to draw.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="ValueIn">Reads it.</param>
public sealed record Series(string Name, Func<Figures, long> ValueIn);
