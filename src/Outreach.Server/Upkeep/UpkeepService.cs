using Grpc.Core;
using Outreach.Domain.Recording;
using Outreach.Protocol.Access.V1;
using Outreach.Protocol.Upkeep.V1;
using Outreach.Server.Access;
using Outreach.Server.Ledger.Upkeep;
using Outreach.Server.Recording;
using Outreach.Server.Rpc;

namespace Outreach.Server.Upkeep;

/// <summary>The operator's calls on the ledger. A server runs one check or rebuild at a time.</summary>
internal sealed class UpkeepService(ILedgerUpkeep upkeep, LedgerBackup backup) : Protocol.Upkeep.V1.UpkeepService.UpkeepServiceBase
{
    private const int MaxFindings = 1_000;
    private const int FactsPerResponse = 1_000;

    private int running;

    [Allow(Reach.Installation, AuditAs = AuditKind.Action)]
    public override Task Verify(VerifyRequest request, IServerStreamWriter<VerifyResponse> responseStream, ServerCallContext context) => RunExclusiveAsync(async () =>
    {
        var (last, findings) = (default(VerifyProgress), 0L);
        await foreach (var step in upkeep.VerifyAsync(context.CancellationToken))
        {
            last = step;
            findings += step.Finding is null ? 0 : 1;
            if (step.Finding is null || findings <= MaxFindings)
                await responseStream.WriteAsync(ToResponse(step), context.CancellationToken);
        }
        await responseStream.WriteAsync(
            new VerifyResponse { FactsChecked = last.FactsTotal, FactsTotal = last.FactsTotal, Done = true, FindingsTotal = findings }, context.CancellationToken);
    });

    [Allow(Reach.Installation, AuditAs = AuditKind.Action)]
    public override Task Rebuild(RebuildRequest request, IServerStreamWriter<RebuildResponse> responseStream, ServerCallContext context) => RunExclusiveAsync(async () =>
    {
        var last = default(RebuildProgress);
        // A rebuild continues to its end even if the caller disconnects.
        await foreach (var step in upkeep.RebuildAsync(CancellationToken.None))
        {
            last = step;
            if (!context.CancellationToken.IsCancellationRequested)
                await responseStream.WriteAsync(new RebuildResponse { FactsReplayed = step.FactsReplayed, FactsTotal = step.FactsTotal });
        }
        await responseStream.WriteAsync(
            new RebuildResponse { FactsReplayed = last.FactsReplayed, FactsTotal = last.FactsTotal, Done = true }, context.CancellationToken);
    });

    [Allow(Reach.Installation, AuditAs = AuditKind.Read)]
    public override async Task Export(ExportRequest request, IServerStreamWriter<ExportResponse> responseStream, ServerCallContext context)
    {
        var after = ExportToken.Parse(request.AfterPosition);
        await foreach (var facts in upkeep.ExportAsync(after, context.CancellationToken).Chunk(FactsPerResponse).WithCancellation(context.CancellationToken))
        {
            var response = new ExportResponse { Position = ExportToken.Format(facts[^1].NextPosition) };
            response.Facts.Add(facts.Select(ToExportedFact));
            await responseStream.WriteAsync(response, context.CancellationToken);
        }
    }

    [Allow(Reach.Installation, AuditAs = AuditKind.Action)]
    public override async Task<BackupResponse> Backup(BackupRequest request, ServerCallContext context)
    {
        var response = new BackupResponse();
        await RunExclusiveAsync(async () => response = await backup.WriteAsync());
        return response;
    }

    private async Task RunExclusiveAsync(Func<Task> work)
    {
        if (Interlocked.Exchange(ref running, 1) == 1)
            throw new RefusedException(Refusal.LimitExceeded("UPKEEP_RUNNING", "A check or a rebuild of the ledger is already running. Try again when it has finished."));
        try
        {
            await work();
        }
        finally
        {
            Volatile.Write(ref running, 0);
        }
    }

    private static VerifyResponse ToResponse(VerifyProgress step) =>
        new() { FactsChecked = step.FactsChecked, FactsTotal = step.FactsTotal, Finding = step.Finding ?? "" };

    private static ExportedFact ToExportedFact(StoredFact fact) => new()
    {
        Stream = fact.Stream,
        Version = fact.Version,
        RecordedAt = WireTime.ToWire(fact.RecordedAt),
        Kind = fact.Kind,
        Json = fact.Json,
    };
}
