using Spectre.Console;

namespace Outreach.Tool.Bench;

/// <summary>Prints the results of a comparison.</summary>
internal static class ComparisonTables
{
    /// <summary>Prints a table for each store: medians over the rounds, the range of the rate, and the ratio to the naive server in the same round.</summary>
    public static void Print(IReadOnlyList<Measurement> measurements, IAnsiConsole console)
    {
        foreach (var store in measurements.GroupBy(row => row.Store))
        {
            console.Write(Table(store.Key, [.. store]));
            PrintTargets(store.Key, [.. store], console);
        }

        console.MarkupLine("[grey]x naive: rate divided by that of the naive server's unary call by the same client in the same round; batches and streams are compared with bare HTTP/2.[/]");
        console.MarkupLine("[grey]x naive, cpu: the same ratio for encounters per processor time of server and database; it is valid on a busy machine too.[/]");
        console.MarkupLine("[grey]us: processor time per encounter, with work after the load; settle: duration of that work. MB: 10^6 bytes of memory at the end.[/]");
        console.MarkupLine("[grey]h2load sends one fixed body, so it can only make empty calls: each encounter needs a different id.[/]");
    }

    private static Table Table(string store, List<Measurement> rows)
    {
        var table = new Table().Title($"[bold]{store}[/]: durable encounters per second, median (lowest-highest) of {rows.Max(row => row.Round)} rounds");
        table.AddColumn("server");
        table.AddColumn("shape");
        foreach (var name in new[] { "per second", "x naive", "x naive, cpu", "p50 ms", "p99 ms", "server us", "database us", "client us", "settle s", "bytes", "MB" })
            table.AddColumn(new TableColumn(name).RightAligned());
        foreach (var group in rows.GroupBy(row => (row.Server, row.Shape)))
            table.AddRow(Cells(group.Key.Server, group.Key.Shape, [.. group], rows));
        return table;
    }

    private static string[] Cells(string server, string shape, List<Measurement> group, List<Measurement> all) =>
    [
        server,
        shape,
        $"{Median(group, row => row.Rate):N0} ({group.Min(row => row.Rate):N0}-{group.Max(row => row.Rate):N0})",
        server == Contender.Product ? FormatRatios(Ratios(group, all, row => row.Rate)) : "",
        server == Contender.Product ? FormatRatios(Ratios(group, all, row => 1 / (row.ServerMicroseconds + row.DatabaseMicroseconds))) : "",
        $"{Median(group, row => row.P50Milliseconds):F1}",
        $"{Median(group, row => row.P99Milliseconds):F1}",
        $"{Median(group, row => row.ServerMicroseconds):F1}",
        $"{Median(group, row => row.DatabaseMicroseconds):F1}",
        $"{Median(group, row => row.ClientMicroseconds):F1}",
        $"{Median(group, row => row.SettleSeconds):F1}",
        $"{Median(group, row => row.DiskBytes):F0}",
        $"{group[^1].MemoryMegabytes:F0}",
    ];

    private static string FormatRatios(List<double> ratios) =>
        ratios.Count == 0 ? "" : $"{ratios.Median():F1} ({ratios.Min():F1}-{ratios.Max():F1})";

    private static List<double> Ratios(List<Measurement> group, List<Measurement> all, Func<Measurement, double> figure)
    {
        var shape = LoadShape.ForBothServers.Any(both => both.Name == group[0].Shape) ? group[0].Shape : LoadShape.Unary.Name;
        var naive = all.Where(row => row.Server == Contender.Naive && row.Shape == shape).ToDictionary(row => row.Round);
        return [.. group.Where(row => naive.ContainsKey(row.Round)).Select(row => figure(row) / figure(naive[row.Round]))];
    }

    private static void PrintTargets(string store, List<Measurement> rows, IAnsiConsole console)
    {
        var unary = ProductMeasurements(rows, LoadShape.Unary);
        var batches = ProductMeasurements(rows, LoadShape.Batches100);
        if (unary.Count == 0)
            return;
        var raw = Median([.. rows.Where(row => row.Server == "raw INSERT")], row => row.Rate);
        var least = store == nameof(StoreKind.Sqlite) ? 8 : 5;
        PrintTarget($"unary at least {least} x naive, .NET client", Ratios(ProductMeasurements(rows, LoadShape.GrpcClient), rows, row => row.Rate).Median(), least, atMost: false, console);
        PrintTarget($"unary at least {least} x naive, bare HTTP/2", Ratios(unary, rows, row => row.Rate).Median(), least, atMost: false, console);
        PrintTarget("unary at most 80 us of server per encounter", Median(unary, row => row.ServerMicroseconds), 80, atMost: true, console);
        PrintTarget("batches of 100 at least 60 x naive", Ratios(batches, rows, row => row.Rate).Median(), 60, atMost: false, console);
        PrintTarget("batches of 100 against raw INSERT, above 1", Median(batches, row => row.Rate) / raw, 1, atMost: false, console);
    }

    private static void PrintTarget(string target, double actual, double limit, bool atMost, IAnsiConsole console)
    {
        var met = atMost ? actual <= limit : actual >= limit;
        console.MarkupLine($"  {(met ? "[green]met[/]    " : "[red]not met[/]")} {target}: {actual:F1}");
    }

    private static List<Measurement> ProductMeasurements(List<Measurement> rows, LoadShape shape) =>
        [.. rows.Where(row => row.Server == Contender.Product && row.Shape == shape.Name)];

    private static double Median(List<Measurement> group, Func<Measurement, double> figure) => group.Select(figure).Median();
}
