using System.CommandLine;
using System.Runtime.ExceptionServices;
using Outreach.Tool.Import.Mapping;
using Outreach.Tool.Import.Rows;
using Outreach.Tool.Import.Sending;

namespace Outreach.Tool.Import;

/// <summary>"import": takes CSV files in through the public API. Importing twice records once.</summary>
public static class ImportCommand
{
    private static readonly Argument<string> File = new("FILE") { Description = "CSV file with a header, UTF-8." };

    private static readonly Option<string> MappingOption = new("--mapping")
    {
        Description = "JSON file that says how columns become fields; the folder Mappings beside the tool has examples.",
        HelpName = "FILE.json",
        Required = true,
    };

    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "Read and report only: the server is not asked." };

    private static readonly Option<string?> Report = new("--report")
    {
        Description = "Write what became of each row as CSV.",
        HelpName = "FILE.csv",
    };

    private delegate Task<ImportReport> ImportAction(ImportRun run, CancellationToken cancellation);

    /// <summary>Makes the command.</summary>
    public static Command Create(Terminal terminal) => new("import", "Imports a CSV file and accounts for every row of it.")
    {
        CreateSubcommand("sites", "Imports sites.", terminal, SitesAsync),
        CreateSubcommand("products", "Imports products.", terminal, ProductsAsync),
        CreateSubcommand("encounters", "Imports encounters, also bulk ones.", terminal, (run, c) => EncountersAsync("encounters", run, c)),
        CreateSubcommand("refills", "Imports naloxone refills and the overdoses reported.", terminal, (run, c) => EncountersAsync("refills", run, c)),
    };

    private static Command CreateSubcommand(string name, string description, Terminal terminal, ImportAction import)
    {
        var command = new Command(name, description) { File, MappingOption, DryRun, Report };
        command.SetCancellableAction(async (parsed, cancellation) =>
        {
            var reportFile = parsed.GetValue(Report);
            if (reportFile is not null)
                ReportFile.CheckWritable(reportFile);
            var run = new ImportRun(
                parsed.GetRequiredValue(File),
                parsed.GetRequiredValue(MappingOption),
                parsed.GetValue(DryRun),
                () => ServerConnection.Connect(parsed),
                terminal);
            var report = await import(run, cancellation);
            ReportPrinter.Print(report, terminal.Out);
            if (reportFile is not null)
                ReportFile.Write(reportFile, report);
            if (report.StoppedBy is { } stopped)
                ExceptionDispatchInfo.Throw(stopped);
            return report.Count(RowStatus.Rejected) == 0 ? ExitCode.Success : ExitCode.Findings;
        });
        return command;
    }

    private static async Task<ImportReport> SitesAsync(ImportRun run, CancellationToken cancellation)
    {
        var (mapping, table) = run.Load<SiteMapping>("sites");
        var planned = ImportRun.Plan(table, new SiteRowReader(mapping).Read);
        return await run.SendEachAsync(mapping, table, planned, c => new SiteSender(new(c)).SendAsync, cancellation);
    }

    private static async Task<ImportReport> ProductsAsync(ImportRun run, CancellationToken cancellation)
    {
        var (mapping, table) = run.Load<ProductMapping>("products");
        var planned = ImportRun.Plan(table, new ProductRowReader(mapping).Read);
        return await run.SendEachAsync(mapping, table, planned, c => new ProductSender(new(c)).SendAsync, cancellation);
    }

    private static async Task<ImportReport> EncountersAsync(string imports, ImportRun run, CancellationToken cancellation)
    {
        var (mapping, table) = run.Load<EncounterMapping>(imports);
        var planned = ImportRun.Plan(table, new EncounterRowReader(mapping).Read);
        return await run.SyncAsync(mapping, table, planned, cancellation);
    }
}
