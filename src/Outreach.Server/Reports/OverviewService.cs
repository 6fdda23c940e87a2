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
    [Allow(Reach.Site, Role.OutreachWorker, Role.SiteCoordinator, Role.Director, Role.Administrator, SitePaths = ["query.site_ids"])]
    public override async Task<GetOverviewResponse> GetOverview(GetOverviewRequest request, ServerCallContext context)
    {
        var ask = OverviewFilter.Parse(request.Query).RestrictTo(context.GetCaller(), context.GetSiteScope());
        var (overview, position) = await OverviewQueries.ReadAsync(ledger, ask, context.CancellationToken);
        return new GetOverviewResponse { Overview = overview, Position = FormatPosition(position) };
    }

    [Allow(Reach.Site, Role.OutreachWorker, Role.SiteCoordinator, Role.Director, Role.Administrator, SitePaths = ["query.site_ids"])]
    public override async Task WatchOverview(
        WatchOverviewRequest request, IServerStreamWriter<WatchOverviewResponse> responseStream, ServerCallContext context)
    {
        var ask = OverviewFilter.Parse(request.Query).RestrictTo(context.GetCaller(), context.GetSiteScope());
        CheckPosition(request.AfterPosition);
        // At once, so that a caller whose first state takes long to read knows that it is connected.
        await context.WriteResponseHeadersAsync([]);
        await foreach (var state in hub.WatchAsync(ask, request.AfterPosition, context.CancellationToken))
            await responseStream.WriteAsync(state, context.CancellationToken);
    }

    internal static string FormatPosition(long position) => position.ToString(CultureInfo.InvariantCulture);

    private static void CheckPosition(string text)
    {
        if (text.Length > 0 && !long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            throw new InvalidRequestException([new("after_position", $"It must come from an earlier response; it is '{Excerpt.From(text)}'.")]);
    }
}
