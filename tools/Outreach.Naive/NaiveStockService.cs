using Grpc.Core;
using Outreach.Protocol.Stock.V1;

namespace Outreach.Naive;

/// <summary>The calls of the stock service that the bench compares.</summary>
internal sealed class NaiveStockService(INaiveStore store) : StockService.StockServiceBase
{
    private static readonly Task<GetDeviceResponse> Nothing = Task.FromResult(new GetDeviceResponse());

    public override async Task<LogEncounterResponse> LogEncounter(LogEncounterRequest request, ServerCallContext context)
    {
        var encounter = request.Encounter;
        if (encounter is null || !Guid.TryParse(encounter.EncounterId, out _) || encounter.SiteId.Length is 0 or > 64)
            throw new RpcException(new Status(StatusCode.InvalidArgument, "An encounter needs its id and its site's id."));
        var isNew = await store.LogAsync(encounter);
        return new LogEncounterResponse
        {
            Answer = new EncounterAnswer
            {
                EncounterId = encounter.EncounterId,
                Outcome = isNew ? Outcome.Recorded : Outcome.RecordedBefore,
            },
        };
    }

    public override async Task<ReceiveStockResponse> ReceiveStock(ReceiveStockRequest request, ServerCallContext context)
    {
        await store.ReceiveAsync(request.SiteId, request.ProductId, request.Units);
        return new ReceiveStockResponse();
    }

    /// <summary>Does nothing: the empty call, which is the ceiling for any unary call.</summary>
    public override Task<GetDeviceResponse> GetDevice(GetDeviceRequest request, ServerCallContext context) => Nothing;
}
