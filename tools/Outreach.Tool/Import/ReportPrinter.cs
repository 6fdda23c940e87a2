using Spectre.Console;

namespace Outreach.Tool.Import;

/// <summary>Prints what became of a file.</summary>
public static class ReportPrinter
{
    private static readonly (RowStatus Status, string Label)[] Statuses =
    [
        (RowStatus.Imported, "imported"),
        (RowStatus.ImportedWithNotes, "imported with notes"),
        (RowStatus.Corrected, "corrected"),
        (RowStatus.Held, "held for review"),
        (RowStatus.Settled, "decided by a person since"),
        (RowStatus.Different, "different from what is recorded"),
        (RowStatus.LeftOut, "left out"),
        (RowStatus.Rejected, "not imported"),
    ];

    /// <summary>What a status is called.</summary>
    public static string LabelOf(RowStatus status) => Statuses.First(s => s.Status == status).Label;

    /// <summary>Prints the totals, then each note and reason with the rows it is about.</summary>
    public static void Print(ImportReport report, IAnsiConsole console)
    {
        console.Write(Totals(report));
        foreach (var (of, sum) in report.Sums)
            console.WriteLine($"{of}: {sum:N0}");
        foreach (var line in report.FileNotes)
            console.WriteLine(line);
        foreach (var (status, label) in Statuses.Where(s => s.Status != RowStatus.Imported))
            PrintNotes(report, status, label, console);
    }

    private static Table Totals(ImportReport report)
    {
        var table = new Table().Border(TableBorder.Simple)
            .AddColumn(Markup.Escape(report.DryRun ? $"{report.File} (dry run: nothing was sent)" : report.File))
            .AddColumn(new TableColumn("rows").RightAligned())
            .AddColumn(new TableColumn("already recorded").RightAligned());
        foreach (var (status, label) in Statuses)
            table.AddRow(label, $"{report.Count(status):N0}", $"{report.CountExisting(status):N0}");
        return table.AddRow("total", $"{report.Rows.Count:N0}", $"{report.Rows.Count(r => r.ExistedBefore):N0}");
    }

    // "3, 5-9": a whole file that was not sent is one range.
    private static string Ranges(IReadOnlyList<int> numbers)
    {
        var ranges = new List<(int First, int Last)>();
        foreach (var number in numbers)
        {
            if (ranges.Count > 0 && ranges[^1].Last == number - 1)
                ranges[^1] = (ranges[^1].First, number);
            else
                ranges.Add((number, number));
        }
        return string.Join(", ", ranges.Select(r => r.First == r.Last ? $"{r.First}" : $"{r.First}-{r.Last}"));
    }

    private static void PrintNotes(ImportReport report, RowStatus status, string label, IAnsiConsole console)
    {
        if (report.Count(status) == 0)
            return;
        console.WriteLine();
        console.WriteLine($"{label}:");
        foreach (var (text, numbers) in report.RowsByNote(status))
            console.WriteLine($"  {text} ({numbers.Count:N0} {(numbers.Count == 1 ? "row" : "rows")}: {Ranges(numbers)})");
    }
}
