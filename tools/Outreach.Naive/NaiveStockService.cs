using Grpc.Core;
using Outreach.Protocol.Stock.V1;

namespace Outreach.Naive;

/// <summary>The call of the stock service that the bench needs to prepare a site.</summary>
internal sealed class NaiveStockService(INaiveStore store) : StockService.StockServiceBase
{
    public override async Task<ReceiveStockResponse> ReceiveStock(ReceiveStockRequest request, ServerCallContext context)
    {
        await store.ReceiveAsync(request.SiteId, request.ProductId, request.Units);
        return new ReceiveStockResponse();
    }
}
