using Outreach.Protocol.Encounters.V1;
using Outreach.Tool.Import.Columns;
using Outreach.Tool.Import.Mapping;
using Outreach.Tool.Import.Tables;

namespace Outreach.Tool.Import.Rows;

/// <summary>Turns rows into overdose reports.</summary>
internal static class OverdoseReportReader
{
    private static readonly OverdoseReport EmptyReport = new();

    /// <summary>Reads one; null where the row reports nothing.</summary>
    public static OverdoseReport? Read(OverdoseMapping mapping, Row row, RowNotes notes)
    {
        var report = new OverdoseReport
        {
            OverdosesSeen = mapping.OverdosesSeen?.ReadPlausible(row, notes) ?? 0,
            Reversals = mapping.Reversals?.ReadPlausible(row, notes) ?? 0,
            DosesUsed = mapping.DosesUsed?.ReadPlausible(row, notes) ?? 0,
            RescueBreathing = AnswerOf(mapping.RescueBreathing, row, notes),
            EmergencyServicesCalled = AnswerOf(mapping.EmergencyServicesCalled, row, notes),
            NotCalledReason = mapping.NotCalledReason.ReadFirst(row, notes),
        };
        if (mapping.Millilitres?.Read(row, notes) is { } millilitres)
            report.MillilitresInjected = (double)millilitres;
        report.FormsUsed.Add(mapping.FormsUsed.ReadAll(row, notes));
        report.Outcomes.Add(mapping.Outcomes.ReadAll(row, notes));
        report.SuspectedDrugs.Add(mapping.SuspectedDrugs.ReadAll(row, notes));
        report.Signs.Add(mapping.Signs.ReadAll(row, notes));
        return report.Equals(EmptyReport) ? null : report;
    }

    /// <summary>The answers of several columns, each once, in the order of the API.</summary>
    public static IEnumerable<TAnswer> ReadAll<TAnswer>(this IEnumerable<EnumColumn<TAnswer>> columns, Row row, RowNotes notes)
        where TAnswer : struct, Enum => columns.SelectMany(c => c.Read(row, notes)).Distinct().Order();

    /// <summary>The answer of a column that should have one; of several the first, which is noted.</summary>
    public static TAnswer ReadFirst<TAnswer>(this EnumColumn<TAnswer>? column, Row row, RowNotes notes)
        where TAnswer : struct, Enum
    {
        var answers = column?.Read(row, notes) ?? [];
        if (answers.Count > 1)
            notes.Add(column!.Column, "it has more than one answer; the first is used");
        return answers.Count > 0 ? answers[0] : default;
    }

    private static Answer AnswerOf(YesNoColumn? column, Row row, RowNotes notes) => column?.Read(row, notes) switch
    {
        true => Answer.Yes,
        false => Answer.No,
        null => Answer.Unspecified,
    };
}
