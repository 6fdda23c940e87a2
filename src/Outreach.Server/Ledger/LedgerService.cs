using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Outreach.Domain.Recording;
using Outreach.Protocol.Access.V1;
using Outreach.Protocol.Upkeep.V1;
using Outreach.Server.Access;
using Outreach.Server.Ledger.Upkeep;
using Outreach.Server.Rpc;

namespace Outreach.Server.Ledger;

/// <summary>The operator's calls. One check or rebuild runs at a time in a server.</summary>
internal sealed class LedgerService(ILedgerUpkeep upkeep, LedgerBackup backup) : Protocol.Upkeep.V1.UpkeepService.UpkeepServiceBase
{
    private const int MaxFindings = 1_000;
    private const int FactsPerResponse = 1_000;

    private int running;

    [Allow(Reach.Installation, AuditAs = AuditKind.Act)]
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

    [Allow(Reach.Installation, AuditAs = AuditKind.Act)]
    public override Task Rebuild(RebuildRequest request, IServerStreamWriter<RebuildResponse> responseStream, ServerCallContext context) => RunExclusiveAsync(async () =>
    {
        var last = default(RebuildProgress);
        // A rebuild that has begun is not stopped by a caller who goes away.
        await foreach (var step in upkeep.RebuildAsync(CancellationToken.None))
        {
            last = step;
            if (!context.CancellationToken.IsCancellationRequested)
                await responseStream.WriteAsync(new RebuildResponse { FactsReplayed = step.FactsReplayed, FactsTotal = step.FactsTotal });
        }
        await responseStream.WriteAsync(
            new RebuildResponse { FactsReplayed = last.FactsReplayed, FactsTotal = last.FactsTotal, Done = true }, context.CancellationToken);
    });

    [Allow(Reach.Installation, AuditAs = AuditKind.Look)]
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

    [Allow(Reach.Installation, AuditAs = AuditKind.Act)]
    public override async Task<BackupResponse> Backup(BackupRequest request, ServerCallContext context)
    {
        var response = new BackupResponse();
        await RunExclusiveAsync(async () => response = await backup.WriteAsync());
        return response;
    }

    private async Task RunExclusiveAsync(Func<Task> work)
    {
        if (Interlocked.Exchange(ref running, 1) == 1)
            throw new RefusedException(Refusal.LimitExceeded("UPKEEP_RUNNING", "A check or a rebuild of the ledger is running already: one at a time."));
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
        RecordedAt = Timestamp.FromDateTime(fact.RecordedAt.ToDateTimeUtc()),
        Kind = fact.Kind,
        Json = fact.Json,
    };
}

/// <summary>An export's position as text: a position, and where a commit is only partly behind it, a dot and how many facts are.</summary>
internal static class ExportToken
{
    public static string Format(ExportPosition position) =>
        position.FactOffset == 0 ? $"{position.Position}" : $"{position.Position}.{position.FactOffset}";

    /// <exception cref="InvalidRequestException">The text is none that was given out.</exception>
    public static ExportPosition Parse(string text)
    {
        var parts = text.Split('.');
        if (text.Length == 0)
            return default;
        if (parts.Length <= 2 && long.TryParse(parts[0], out var position) && position >= 0
            && int.TryParse(parts.Length == 2 ? parts[1] : "0", out var facts) && facts >= 0)
            return new ExportPosition(position, facts);
        var violations = new Violations();
        violations.Add("after_position", $"is a position that an export gave out; this is '{Excerpt.From(text)}'.");
        throw new InvalidRequestException(violations.Found);
    }
}
