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
        Span<long> sums = stackalloc long[EncounterFigures.Columns.Length];
        AddLines(site, day, counted, sign, sums, effects);
        var sumsByEncounter = sums[EncounterFigures.ByLine.Length..];
        for (var i = 0; i < sumsByEncounter.Length; i++)
            sumsByEncounter[i] = sign * EncounterFigures.ByEncounter[i].Count(counted.Encounter);
        effects.Add(EncounterViews.SiteDays, new RowKey(site, Number: day), sums);
        effects.Add(EncounterViews.ProgramDays, new RowKey("", Number: day), sums);
        AddReferrals(site, day, counted.Encounter, sign, effects);
        AddAnswers(site, day, counted.Encounter, sign, effects);
    }

    private static void AddLines(string site, long day, CountedEncounter counted, int sign, Span<long> sums, Effects effects)
    {
        Span<long> amounts = stackalloc long[EncounterFigures.ByLine.Length];
        for (var line = 0; line < counted.Allocations.Count; line++)
        {
            var (handedOut, allocation) = (counted.Encounter.HandedOut[line], counted.Allocations[line]);
            for (var i = 0; i < amounts.Length; i++)
            {
                amounts[i] = sign * EncounterFigures.ByLine[i].Count(handedOut, allocation);
                sums[i] += amounts[i];
            }
            effects.Add(EncounterViews.ProductDays, new RowKey(site, handedOut.Product.Value, Number: day), amounts);
            effects.Add(EncounterViews.ProgramProductDays, new RowKey(handedOut.Product.Value, Number: day), amounts);
        }
    }

    private static void AddReferrals(string site, long day, Encounter encounter, int sign, Effects effects)
    {
        for (var i = 0; i < encounter.Referrals.Count; i++)
        {
            var kind = encounter.Referrals[i].ToString();
            effects.Add(EncounterViews.ReferralDays, new RowKey(site, kind, Number: day), [sign]);
            effects.Add(EncounterViews.ProgramReferralDays, new RowKey(kind, Number: day), [sign]);
        }
    }

    private static void AddAnswers(string site, long day, Encounter encounter, int sign, Effects effects)
    {
        for (var i = 0; i < encounter.Answers.Count; i++)
        {
            var (question, answer) = (encounter.Answers[i].Question.Value, encounter.Answers[i].Answer.Value);
            effects.Add(EncounterViews.AnswerDays, new RowKey(site, question, answer, day), [sign]);
            effects.Add(EncounterViews.ProgramAnswerDays, new RowKey(question, answer, Number: day), [sign]);
        }
    }
}
