using Spectre.Console;

namespace Outreach.Tool.Import;

/// <summary>Prints what became of a file.</summary>
public static class ReportPrinter
{
    private static readonly (RowStatus Class, string Words)[] Classes =
    [
        (RowStatus.Imported, "taken"),
        (RowStatus.ImportedWithNotes, "taken, with something noted"),
        (RowStatus.Held, "held for a person"),
        (RowStatus.Settled, "held before, settled by a person since"),
        (RowStatus.Rejected, "not taken"),
    ];

    /// <summary>What a class of rows is called.</summary>
    public static string LabelOf(RowStatus rows) => Classes.First(c => c.Class == rows).Words;

    /// <summary>Prints the totals, then each note and reason with the rows it is about.</summary>
    public static void Print(ImportReport report, IAnsiConsole console)
    {
        console.Write(Totals(report));
        foreach (var (of, sum) in report.Sums)
            console.WriteLine($"counted: {of} {sum:N0}");
        foreach (var line in report.FileNotes)
            console.WriteLine(line);
        foreach (var (rows, words) in Classes.Where(c => c.Class != RowStatus.Imported))
            PrintNotes(report, rows, words, console);
    }

    private static Table Totals(ImportReport report)
    {
        var table = new Table().Border(TableBorder.Simple)
            .AddColumn(Markup.Escape(report.DryRun ? $"{report.File} (dry run: nothing was sent)" : report.File))
            .AddColumn(new TableColumn("rows").RightAligned())
            .AddColumn(new TableColumn("there before").RightAligned());
        foreach (var (rows, words) in Classes)
            table.AddRow(words, $"{report.Count(rows):N0}", $"{report.CountExisting(rows):N0}");
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

    private static void PrintNotes(ImportReport report, RowStatus rows, string words, IAnsiConsole console)
    {
        if (report.Count(rows) == 0)
            return;
        console.WriteLine();
        console.WriteLine($"{words}:");
        foreach (var (text, numbers) in report.RowsByNote(rows))
            console.WriteLine($"  {text} ({numbers.Count:N0} {(numbers.Count == 1 ? "row" : "rows")}: {Ranges(numbers)})");
    }
}
