using Grpc.Core;
using Grpc.Net.Client;
using Outreach.Protocol.Encounters.V1;
using Outreach.Tool.Import.Mapping;
using Outreach.Tool.Import.Sending;
using Outreach.Tool.Import.Tables;
using Spectre.Console;

namespace Outreach.Tool.Import;

/// <summary>One import: reads the mapping and the file, sends what can be sent, and accounts for every row.</summary>
/// <param name="File">The file.</param>
/// <param name="MappingFile">The mapping.</param>
/// <param name="DryRun">True if nothing is to be changed.</param>
/// <param name="Correct">True if recorded encounters are to be corrected where rows were edited.</param>
/// <param name="Connect">Opens a connection to the server.</param>
/// <param name="Terminal">Where progress is drawn.</param>
public sealed record ImportRun(string File, string MappingFile, bool DryRun, bool Correct, Func<GrpcChannel> Connect, Terminal Terminal)
{
    private const string NotSent = "it was not sent, or not answered, before the import ended; run the import again";

    /// <summary>Reads the mapping and the file.</summary>
    /// <exception cref="UsageException">Either cannot be used, the file has no rows, or the mapping reads a column that it does not have.</exception>
    public (TMapping Mapping, SourceTable Table) Load<TMapping>(string kind)
        where TMapping : ImportMapping
    {
        var mapping = Mapping.MappingFile.Read<TMapping>(MappingFile, kind);
        var table = SourceTable.Read(File, mapping.TableFormat);
        var header = string.Join(", ", table.Header);
        var missing = mapping.TableFormat.Columns.Except(table.Header).ToList();
        if (missing.Count > 0)
            throw new UsageException($"{File} has no column {string.Join(", ", missing)}, which {MappingFile} names. Its header is: {header}.");
        if (table.Rows.Count == 0)
            throw new UsageException($"{File} has no rows to import. Its header is: {header}.");
        return (mapping, table);
    }

    /// <summary>Reads every row. One that cannot be read is rejected; one that the mapping excludes is left out.</summary>
    public static IReadOnlyList<PlannedRow<TRecord>> Plan<TRecord>(ImportMapping mapping, SourceTable table, Func<Row, PlannedRow<TRecord>> read)
        where TRecord : class => [.. table.Rows.Select(row => PlanRow(mapping, row, read))];

    private static PlannedRow<TRecord> PlanRow<TRecord>(ImportMapping mapping, Row row, Func<Row, PlannedRow<TRecord>> read)
        where TRecord : class
    {
        var name = $"row {row.Number}";
        if (row.ParseError is { } error)
            return new(row.Number, name, null, [], error);
        return mapping.ExcludeRows.FirstOrDefault(f => f.Matches(row)) is { } filter
            ? new(row.Number, name, null, [], null) { LeftOutReason = $"the mapping excludes rows by {filter.Column}" }
            : read(row);
    }

    /// <summary>Sends records one by one.</summary>
    public async Task<ImportReport> SendEachAsync<TRecord>(
        ImportMapping mapping,
        SourceTable table,
        IReadOnlyList<PlannedRow<TRecord>> planned,
        Func<CallInvoker, Func<PlannedRow<TRecord>, CancellationToken, Task<RowResult>>> sender,
        CancellationToken cancellation)
        where TRecord : class
    {
        var rows = planned.Where(p => p.Record is not null).ToList();
        var found = new Dictionary<int, RowResult>();
        var stopped = await SendWithProgressAsync(rows.Count, found, async (invoker, finished) =>
        {
            var send = sender(invoker);
            foreach (var row in rows)
                finished(await send(row, cancellation));
        });
        return CreateReport(mapping, table, planned, found) with { StoppedBy = stopped };
    }

    /// <summary>Imports encounters.</summary>
    public async Task<ImportReport> SendEncountersAsync(
        EncounterMapping mapping, SourceTable table, IReadOnlyList<PlannedRow<Encounter>> planned, CancellationToken cancellation)
    {
        var rows = planned.Where(p => p.Record is not null).ToDictionary(p => p.RowNumber);
        var found = new Dictionary<int, RowResult>();
        IReadOnlyList<string> notes = [];
        var stopped = await SendWithProgressAsync(rows.Count, found, async (invoker, finished) =>
        {
            var import = new EncounterImport(invoker, mapping, DryRun, Correct);
            notes = import.Notes;
            await import.RunAsync(rows.Values, finished, cancellation);
        });
        var report = CreateReport(mapping, table, planned, found);
        return report with
        {
            StoppedBy = stopped,
            FileNotes = [.. notes, .. mapping.RemarksOnEveryRow.Select(r => $"kept with every record: {r}"), .. report.FileNotes],
            Sums = EncounterSums.Of([.. report.Rows.Where(r => r.IsCounted).Select(r => rows[r.RowNumber].Record!)]),
        };
    }

    /// <summary>
    /// Sends while a progress bar is drawn. What ends it early is returned rather than thrown once some rows are finished, so that they
    /// are reported.
    /// </summary>
    private async Task<Exception?> SendWithProgressAsync(
        int records, Dictionary<int, RowResult> found, Func<CallInvoker, Action<RowResult>, Task> send)
    {
        if (records == 0)
            return null;
        using var channel = Connect();
        try
        {
            await Terminal.Err.Progress().StartAsync(progress =>
            {
                var task = progress.AddTask(Markup.Escape(Path.GetFileName(File)), maxValue: records);
                return send(channel.CreateCallInvoker(), result =>
                {
                    found[result.RowNumber] = result;
                    task.Increment(1);
                });
            });
            return null;
        }
        catch (Exception failure) when (failure is RpcException or OperationCanceledException && found.Count > 0)
        {
            return failure;
        }
    }

    private ImportReport CreateReport<TRecord>(
        ImportMapping mapping, SourceTable table, IReadOnlyList<PlannedRow<TRecord>> planned, Dictionary<int, RowResult> found)
        where TRecord : class
    {
        var results = planned.Select(row => row switch
        {
            { RejectionReason: { } why } => RowResult.Rejected(row, "", why),
            { LeftOutReason: { } why } => RowResult.LeftOut(row.RowNumber, row.Key, why),
            _ => found.GetValueOrDefault(row.RowNumber) ?? RowResult.Rejected(row, "", NotSent),
        });
        var empty = table.EmptyRows.Select(number => RowResult.LeftOut(number, $"row {number}", "it is empty"));
        return new ImportReport(Path.GetFileName(File), [.. results.Concat(empty).OrderBy(r => r.RowNumber)])
        {
            DryRun = DryRun, FileNotes = [.. table.Notes, .. DescribeColumns(mapping, table), .. DescribeHeader(table, planned)],
        };
    }

    private static IEnumerable<string> DescribeColumns(ImportMapping mapping, SourceTable table)
    {
        foreach (var (column, why) in mapping.UnusedColumns)
            yield return $"column {column}: {ValuesOf(column):N0} values not used: {why}";

        foreach (var column in table.Header.Except(mapping.TableFormat.Columns))
            yield return $"column {column}: {ValuesOf(column):N0} values not used: the mapping does not name it";

        int ValuesOf(string column) => table.Rows.Count(r => r.ParseError is null && r[column] is not null);
    }

    private static IEnumerable<string> DescribeHeader<TRecord>(SourceTable table, IReadOnlyList<PlannedRow<TRecord>> planned)
        where TRecord : class =>
        planned.Any(p => p.Record is not null) ? [] : [$"No row could be read. The header is: {string.Join(", ", table.Header)}."];
}
