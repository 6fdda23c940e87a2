using System.Globalization;
using Grpc.Core;
using Outreach.Domain.Access;
using Outreach.Protocol.Reports.V1;
using Outreach.Server.Access;
using Outreach.Server.Ledger;
using Outreach.Server.Rpc;

namespace Outreach.Server.Reports;

/// <inheritdoc/>
internal sealed class OverviewService(ILedger ledger, OverviewHub hub) : Protocol.Reports.V1.OverviewService.OverviewServiceBase
{
    private static readonly WriteOptions UncompressedWrite = new(WriteFlags.NoCompress);

    [Allow(Reach.Site, Role.OutreachWorker, Role.SiteCoordinator, Role.Director, Role.Administrator, SitePaths = ["query.site_ids"])]
    public override async Task<GetOverviewResponse> GetOverview(GetOverviewRequest request, ServerCallContext context)
    {
        var filter = OverviewFilter.Parse(request.Query).RestrictTo(context.GetCaller(), context.GetSiteScope());
        var (overview, position) = await OverviewQueries.ReadAsync(ledger, filter, context.CancellationToken);
        return new GetOverviewResponse { Overview = overview, Position = FormatPosition(position) };
    }

    [Allow(Reach.Site, Role.OutreachWorker, Role.SiteCoordinator, Role.Director, Role.Administrator, SitePaths = ["query.site_ids"])]
    public override async Task WatchOverview(
        WatchOverviewRequest request, IServerStreamWriter<WatchOverviewResponse> responseStream, ServerCallContext context)
    {
        var filter = OverviewFilter.Parse(request.Query).RestrictTo(context.GetCaller(), context.GetSiteScope());
        CheckPosition(request.AfterPosition);
        // Now, so that a caller knows that it is connected while its first state is read.
        await context.WriteResponseHeadersAsync([]);
        await foreach (var state in hub.WatchAsync(filter, request.AfterPosition, context.CancellationToken))
        {
            // Changes are small, and every watcher would compress them again.
            responseStream.WriteOptions = state.IsSnapshot ? null : UncompressedWrite;
            await responseStream.WriteAsync(state, context.CancellationToken);
        }
    }

    internal static string FormatPosition(long position) => position.ToString(CultureInfo.InvariantCulture);

    private static void CheckPosition(string text)
    {
        var violations = new Violations();
        FieldParser.ParseOptionalNumber(text, "after_position", "a position from an earlier response", violations);
        violations.ThrowIfAny();
    }
}
