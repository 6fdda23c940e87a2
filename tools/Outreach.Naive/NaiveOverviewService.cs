using Grpc.Core;
using Outreach.Protocol.Reports.V1;

namespace Outreach.Naive;

/// <summary>Counts what the peer holds, so that the bench can check that nothing it was told is missing.</summary>
internal sealed class NaiveOverviewService(INaiveStore store) : OverviewService.OverviewServiceBase
{
    public override async Task<GetOverviewResponse> GetOverview(GetOverviewRequest request, ServerCallContext context)
    {
        var (encounters, units) = await store.CountAsync();
        return new GetOverviewResponse
        {
            Overview = new Overview { Total = new Figures { Encounters = encounters, Units = units } },
        };
    }
}
