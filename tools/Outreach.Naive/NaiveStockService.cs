using Grpc.Core;
using Outreach.Protocol.Stock.V1;

namespace Outreach.Naive;

/// <summary>The stock call that the bench needs to set up a site.</summary>
internal sealed class NaiveStockService(INaiveStore store) : StockService.StockServiceBase
{
    public override async Task<ReceiveStockResponse> ReceiveStock(ReceiveStockRequest request, ServerCallContext context)
    {
        await store.ReceiveAsync(request.SiteId, request.ProductId, request.Units);
        return new ReceiveStockResponse();
    }
}
