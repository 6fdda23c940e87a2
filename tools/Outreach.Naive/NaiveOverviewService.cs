using Grpc.Core;
using Outreach.Protocol.Reports.V1;

namespace Outreach.Naive;

/// <summary>Returns totals, so that the bench can check that every acknowledged encounter is stored.</summary>
internal sealed class NaiveOverviewService(INaiveStore store) : OverviewService.OverviewServiceBase
{
    public override async Task<GetOverviewResponse> GetOverview(GetOverviewRequest request, ServerCallContext context)
    {
        var (encounters, units) = await store.CountAsync();
        return new GetOverviewResponse
        {
            Overview = new Overview { Total = new Figures { Encounters = encounters, UnitsDistributed = units } },
        };
    }
}
