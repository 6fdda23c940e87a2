using Grpc.Core;
using Grpc.Net.Client;
using Outreach.Protocol.Encounters.V1;
using Outreach.Tool.Held;
using Outreach.Tool.Import.Mapping;
using Outreach.Tool.Import.Sending;
using Spectre.Console;

namespace Outreach.Tool.Import;

/// <summary>One import: reads the mapping and the file, sends what can be sent, and accounts for every row.</summary>
/// <param name="File">The CSV file.</param>
/// <param name="MappingFile">The mapping.</param>
/// <param name="DryRun">Whether nothing is sent.</param>
/// <param name="Connect">Opens a connection to the server.</param>
/// <param name="Terminal">Where progress is drawn.</param>
public sealed record ImportRun(string File, string MappingFile, bool DryRun, Func<GrpcChannel> Connect, Terminal Terminal)
{
    private const string NotSent = "it was not sent, or not answered, before the import ended; run the import again";

    /// <summary>Reads the mapping and the file.</summary>
    /// <exception cref="UsageException">Either cannot be used, or the mapping reads a column that the file does not have.</exception>
    public (TMapping Mapping, CsvTable Table) Load<TMapping>(string imports)
        where TMapping : ImportMapping
    {
        var mapping = Mapping.MappingFile.Read<TMapping>(MappingFile, imports);
        var table = CsvTable.Read(File, mapping.Blank);
        var missing = mapping.ColumnsRead.Concat(mapping.NotCounted.Keys).Except(table.Header).ToList();
        if (missing.Count > 0)
        {
            throw new UsageException(
                $"{File} has no column {string.Join(", ", missing)}, which {MappingFile} names. "
                + $"It has: {string.Join(", ", table.Header)}.");
        }
        return (mapping, table);
    }

    /// <summary>Reads every row; one that is broken is refused.</summary>
    public static IReadOnlyList<PlannedRow<TRecord>> Plan<TRecord>(CsvTable table, Func<Row, PlannedRow<TRecord>> read)
        where TRecord : class =>
        [.. table.Rows.Select(row => row.ParseError is { } why ? new(row.Number, $"row {row.Number}", null, [], why) : read(row))];

    /// <summary>Sends records one by one.</summary>
    public async Task<ImportReport> SendEachAsync<TRecord>(
        ImportMapping mapping,
        CsvTable table,
        IReadOnlyList<PlannedRow<TRecord>> planned,
        Func<CallInvoker, Func<PlannedRow<TRecord>, CancellationToken, Task<RowResult>>> sender,
        CancellationToken cancellation)
        where TRecord : class
    {
        var found = new Dictionary<int, RowResult>();
        var stopped = DryRun ? null : await SendWithProgressAsync(planned.Count(p => p.Record is not null), found, async (invoker, progress) =>
        {
            var send = sender(invoker);
            foreach (var row in planned.Where(p => p.Record is not null))
            {
                found[row.RowNumber] = await send(row, cancellation);
                progress.Increment(1);
            }
        });
        return CreateReport(mapping, table, planned, found) with { StoppedBy = stopped };
    }

    /// <summary>Makes the sites that the mapping needs, then sends encounters in batches.</summary>
    public async Task<ImportReport> SyncAsync(
        EncounterMapping mapping, CsvTable table, IReadOnlyList<PlannedRow<Encounter>> planned, CancellationToken cancellation)
    {
        var rows = planned.Where(p => p.Record is not null).ToDictionary(p => p.Record!.EncounterId);
        var found = new Dictionary<int, RowResult>();
        var whole = new List<string>();
        var stopped = DryRun ? null : await SendWithProgressAsync(rows.Count, found, async (invoker, progress) =>
        {
            whole.AddRange(await EnsureSitesAsync(mapping, new SiteSender(new(invoker)), cancellation));
            var before = await ReadHeldStatesAsync(new(invoker), cancellation);
            await new EncounterSender(new(invoker)).SendAsync([.. rows.Values.Select(r => r.Record!)], Answered, cancellation);

            void Answered(Encounter encounter, EncounterResult answer)
            {
                var row = rows[encounter.EncounterId];
                found[row.RowNumber] = EncounterRowResults.ResultOf(row, answer, before.GetValueOrDefault(encounter.EncounterId));
                progress.Increment(1);
            }
        });
        whole.AddRange(mapping.EveryRowSays.Select(r => $"kept with every record: {r}"));
        var report = CreateReport(mapping, table, planned, found);
        var counted = report.Rows.Where(r => r.IsCounted).Select(r => planned[r.RowNumber - 1].Record!).ToList();
        return report with { StoppedBy = stopped, FileNotes = [.. whole, .. report.FileNotes], Sums = EncounterRowResults.Sums(counted) };
    }

    /// <summary>What became of every record that was ever held, by its id.</summary>
    private static async Task<Dictionary<string, HeldState>> ReadHeldStatesAsync(EncounterService.EncounterServiceClient encounters, CancellationToken cancellation)
    {
        var before = new Dictionary<string, HeldState>();
        foreach (var state in (HeldState[])[HeldState.Waiting, HeldState.Released, HeldState.Dropped])
        {
            await foreach (var held in HeldRecords.ListAllAsync(encounters, new ListHeldEncountersRequest { State = state }, cancellation))
                before[held.Encounter.EncounterId] = state;
        }
        return before;
    }

    private static async Task<List<string>> EnsureSitesAsync(EncounterMapping mapping, SiteSender sites, CancellationToken cancellation)
    {
        var lines = new List<string>();
        foreach (var site in mapping.EnsureSites)
        {
            var made = await sites.EnsureAsync(site.ToSite(), cancellation);
            lines.Add($"site {site.SiteId} ({site.Name}) {(made ? "was made for this import" : "was there before")}");
        }
        return lines;
    }

    /// <summary>
    /// Sends while a progress bar is drawn. What ends it early is returned rather than thrown once some rows have been answered,
    /// so that they are reported.
    /// </summary>
    private async Task<Exception?> SendWithProgressAsync(int records, Dictionary<int, RowResult> found, Func<CallInvoker, ProgressTask, Task> send)
    {
        using var channel = Connect();
        try
        {
            await Terminal.Err.Progress().StartAsync(progress => send(
                channel.CreateCallInvoker(), progress.AddTask(Markup.Escape(Path.GetFileName(File)), maxValue: Math.Max(records, 1))));
            return null;
        }
        catch (Exception failure) when (failure is RpcException or OperationCanceledException && found.Count > 0)
        {
            return failure;
        }
    }

    private ImportReport CreateReport<TRecord>(
        ImportMapping mapping, CsvTable table, IReadOnlyList<PlannedRow<TRecord>> planned, Dictionary<int, RowResult> found)
        where TRecord : class
    {
        var outcomes = planned.Select(row => row switch
        {
            { RejectionReason: { } why } => RowResult.Rejected(row, "", why),
            _ when DryRun => RowResult.Imported(row, "", thereBefore: false),
            _ => found.GetValueOrDefault(row.RowNumber) ?? RowResult.Rejected(row, "", NotSent),
        });
        return new ImportReport(Path.GetFileName(File), [.. outcomes]) { DryRun = DryRun, FileNotes = [.. DescribeUnusedColumns(mapping, table)] };
    }

    private static IEnumerable<string> DescribeUnusedColumns(ImportMapping mapping, CsvTable table)
    {
        foreach (var (column, why) in mapping.NotCounted)
        {
            var values = table.Rows.Count(r => r.ParseError is null && r[column] is not null);
            yield return $"column {column}: {values:N0} values not counted: {why}";
        }

        foreach (var column in table.Header.Except(mapping.ColumnsRead).Except(mapping.NotCounted.Keys))
            yield return $"column {column}: not in the mapping, not read";
    }
}
