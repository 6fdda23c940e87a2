using Outreach.Domain.Encounters;
using Outreach.Server.Ledger;
using Outreach.Server.Recording;

namespace Outreach.Server.Encounters;

/// <summary>Projects counted encounters into the figures of reports.</summary>
internal static class FigureProjection
{
    /// <summary>Adds an encounter to the figures of its day.</summary>
    /// <param name="sign">1 to add it, -1 to take it back.</param>
    public static void Add(string site, CountedEncounter counted, int sign, Effects effects)
    {
        var day = DayNumber.From(counted.Day);
        long units = 0, doses = 0, syringes = 0;
        for (var i = 0; i < counted.Allocations.Count; i++)
        {
            var (line, allocation) = (counted.Encounter.HandedOut[i], counted.Allocations[i]);
            long count = line.Units.Units;
            ReadOnlySpan<long> figures =
                [sign * count, sign * count * allocation.DosesPerUnit, allocation.IsSyringes ? sign * count * allocation.ItemsPerUnit : 0];
            effects.Add(EncounterViews.ProductDays, new RowKey(site, line.Product.Value, Number: day), figures);
            effects.Add(EncounterViews.ProgramProductDays, new RowKey(line.Product.Value, Number: day), figures);
            units += figures[0];
            doses += figures[1];
            syringes += figures[2];
        }

        var encounter = counted.Encounter;
        ReadOnlySpan<long> sums =
        [
            sign,
            sign * (encounter.Bulk?.People ?? 1),
            units,
            doses,
            sign * (encounter.Overdose?.Reversals ?? 0),
            syringes,
            sign * (encounter.Returned?.Count ?? 0),
        ];
        effects.Add(EncounterViews.SiteDays, new RowKey(site, Number: day), sums);
        effects.Add(EncounterViews.ProgramDays, new RowKey("", Number: day), sums);
    }
}
