using Outreach.Domain.Encounters;

namespace Outreach.Server.Encounters;

/// <summary>
/// The figures of the reports. Each is declared here once: the day views have a column for it, the projection adds to that column,
/// and an overview has a field of the same name.
/// </summary>
internal static class EncounterFigures
{
    /// <summary>What a line of an encounter adds. These are kept by product too.</summary>
    public static readonly LineFigure[] ByLine =
    [
        new("units_distributed", "Units of issue handed out.", static (line, _) => line.Units.Units),
        new(
            "doses_distributed",
            "Doses handed out, with each product's doses per unit at the time of recording.",
            static (line, allocation) => (long)line.Units.Units * allocation.DosesPerUnit),
        new(
            "syringes_distributed",
            "Syringes handed out: the items of products that were in the syringes category at the time of recording.",
            static (line, allocation) => allocation.IsSyringes ? (long)line.Units.Units * allocation.ItemsPerUnit : 0),
    ];

    /// <summary>What an encounter adds besides its lines.</summary>
    public static readonly EncounterFigure[] ByEncounter =
    [
        new("encounters", "Encounters that count. A bulk encounter counts as one.", static _ => 1),
        new(
            "contacts",
            "Contacts with people: one per encounter, or the stated number for a bulk encounter. A person who came twice counts twice.",
            static encounter => encounter.Bulk?.People ?? 1),
        new("reversals", "Overdose reversals reported.", static encounter => encounter.Overdose?.Reversals ?? 0),
        new("syringes_returned", "Used syringes returned.", static encounter => encounter.Returned?.Count ?? 0),
        new("people_trained", "People trained in responding to an overdose.", static encounter => encounter.PeopleTrained),
        new("overdoses_seen", "Overdoses reported, whatever their outcome.", static encounter => encounter.Overdose?.Seen ?? 0),
        new("doses_used", "Doses reported as given to reverse an overdose.", static encounter => encounter.Overdose?.DosesUsed ?? 0),
    ];

    /// <summary>The columns by line.</summary>
    public static readonly string[] LineColumns = [.. ByLine.Select(figure => figure.Name)];

    /// <summary>All columns: those by line, then those by encounter.</summary>
    public static readonly string[] Columns = [.. LineColumns, .. ByEncounter.Select(figure => figure.Name)];
}

/// <summary>A number that each line of an encounter adds to.</summary>
/// <param name="Name">The name of its column and of its field in the API.</param>
/// <param name="Meaning">What it counts, as the API says it.</param>
/// <param name="Count">What a line adds.</param>
internal sealed record LineFigure(string Name, string Meaning, Func<HandedOut, LineAllocation, long> Count);

/// <summary>A number that each encounter adds to.</summary>
/// <param name="Name">The name of its column and of its field in the API.</param>
/// <param name="Meaning">What it counts, as the API says it.</param>
/// <param name="Count">What an encounter adds.</param>
internal sealed record EncounterFigure(string Name, string Meaning, Func<Encounter, long> Count);
