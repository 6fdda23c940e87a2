using System.CommandLine;
using System.Runtime.ExceptionServices;
using Outreach.Tool.Import.Mapping;
using Outreach.Tool.Import.Rows;
using Outreach.Tool.Import.Sending;

namespace Outreach.Tool.Import;

/// <summary>"import": imports CSV files and workbooks through the public API. Importing a file again changes nothing.</summary>
public static class ImportCommand
{
    private static readonly Argument<string> File = new("FILE") { Description = "CSV file or Excel workbook; its first row names the columns." };

    private static readonly Option<string> MappingOption = new("--mapping")
    {
        Description = "JSON file that says how columns become fields. Below, --help describes it.",
        HelpName = "FILE.json",
        Required = true,
    };

    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "Change nothing: show what the import would do with each row." };

    private static readonly Option<string?> Report = new("--report")
    {
        Description = "Write what became of each row as CSV.",
        HelpName = "FILE.csv",
    };

    private static readonly Option<bool> Correct = new("--correct")
    {
        Description = "Correct recorded encounters whose rows were changed since an earlier import; without it they are only reported.",
    };

    private delegate Task<ImportReport> ImportAction(ImportRun run, CancellationToken cancellation);

    /// <summary>Makes the command.</summary>
    public static Command Create(Terminal terminal) => new("import", "Imports a CSV file or workbook and accounts for every row.")
    {
        CreateSubcommand("sites", "Imports sites.", terminal, SitesAsync),
        CreateSubcommand("products", "Imports products.", terminal, ProductsAsync),
        CreateSubcommand("receipts", "Imports stock that came in.", terminal, ReceiptsAsync),
        CreateSubcommand("encounters", "Imports encounters, also bulk ones.", terminal, (run, c) => EncountersAsync("encounters", run, c)),
        CreateSubcommand("refills", "Imports naloxone refills and the overdoses reported.", terminal, (run, c) => EncountersAsync("refills", run, c)),
        CreateSchemaCommand(terminal),
    };

    private static Command CreateSubcommand(string name, string description, Terminal terminal, ImportAction import)
    {
        var command = new Command(name, description) { File, MappingOption, DryRun, Report };
        if (MappingFile.TypesByKind[name] == typeof(EncounterMapping))
            command.Add(Correct);
        command.SetCancellableAction(async (parsed, cancellation) =>
        {
            var reportFile = parsed.GetValue(Report);
            if (reportFile is not null)
                ReportFile.CheckWritable(reportFile);
            var run = new ImportRun(
                parsed.GetRequiredValue(File),
                parsed.GetRequiredValue(MappingOption),
                parsed.GetValue(DryRun),
                parsed.GetValue(Correct),
                () => ServerConnection.Connect(parsed),
                terminal);
            var report = await import(run, cancellation);
            ReportPrinter.Print(report, terminal.Out);
            if (reportFile is not null)
                ReportFile.Write(reportFile, report);
            if (report.StoppedBy is { } stopped)
                ExceptionDispatchInfo.Throw(stopped);
            return report.HasFindings ? ExitCode.Findings : ExitCode.Success;
        });
        return command;
    }

    private static Command CreateSchemaCommand(Terminal terminal)
    {
        var command = new Command("schema", "Prints the JSON schema of mapping files, for editors.");
        command.SetAction(_ => terminal.Out.Profile.Out.Writer.Write(MappingSchema.Text));
        return command;
    }

    private static async Task<ImportReport> SitesAsync(ImportRun run, CancellationToken cancellation)
    {
        var (mapping, table) = run.Load<SiteMapping>("sites");
        var planned = ImportRun.Plan(mapping, table, new SiteRowReader(mapping).Read);
        return await run.SendEachAsync(mapping, table, planned, c => new SiteSender(new(c), run.DryRun).SendAsync, cancellation);
    }

    private static async Task<ImportReport> ProductsAsync(ImportRun run, CancellationToken cancellation)
    {
        var (mapping, table) = run.Load<ProductMapping>("products");
        var planned = ImportRun.Plan(mapping, table, new ProductRowReader(mapping).Read);
        return await run.SendEachAsync(mapping, table, planned, c => new ProductSender(new(c), run.DryRun).SendAsync, cancellation);
    }

    private static async Task<ImportReport> ReceiptsAsync(ImportRun run, CancellationToken cancellation)
    {
        var (mapping, table) = run.Load<ReceiptMapping>("receipts");
        var planned = ImportRun.Plan(mapping, table, new ReceiptRowReader(mapping).Read);
        return await run.SendEachAsync(mapping, table, planned, c => new ReceiptSender(new(c), new(c), run.DryRun).SendAsync, cancellation);
    }

    private static async Task<ImportReport> EncountersAsync(string kind, ImportRun run, CancellationToken cancellation)
    {
        var (mapping, table) = run.Load<EncounterMapping>(kind);
        var planned = ImportRun.Plan(mapping, table, new EncounterRowReader(mapping).Read);
        return await run.SendEncountersAsync(mapping, table, planned, cancellation);
    }
}
