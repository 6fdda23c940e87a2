using Grpc.Core;
using Outreach.Domain.Catalog;
using Outreach.Protocol.Access.V1;
using Outreach.Protocol.Catalog.V1;
using Outreach.Server.Access;
using Outreach.Server.Ledger;
using Outreach.Server.Rpc;

namespace Outreach.Server.Catalog;

/// <summary>The catalog over gRPC.</summary>
internal sealed class CatalogService(IGrainFactory grains, ILedger ledger) : Protocol.Catalog.V1.CatalogService.CatalogServiceBase
{
    private ICatalogGrain Catalog => grains.GetGrain<ICatalogGrain>(CatalogStreamDefinition.StreamId);

    [Allow(Reach.Installation, AuditAs = AuditKind.Action)]
    public override async Task<CreateProductResponse> CreateProduct(CreateProductRequest request, ServerCallContext context)
    {
        var product = CatalogWire.Parse(request);
        var added = await GrainCalls.CallAsync(() => Catalog.AddAsync(product));
        return new CreateProductResponse { Product = CatalogWire.ToWire(added) };
    }

    [Allow(Reach.Installation, AuditAs = AuditKind.Action)]
    public override async Task<UpdateProductResponse> UpdateProduct(UpdateProductRequest request, ServerCallContext context)
    {
        var update = CatalogWire.Parse(request);
        var changed = await GrainCalls.CallAsync(() => Catalog.ChangeAsync(update));
        return new UpdateProductResponse { Product = CatalogWire.ToWire(changed) };
    }

    [Allow(Reach.Installation, AuditAs = AuditKind.Action)]
    public override async Task<RetireProductResponse> RetireProduct(RetireProductRequest request, ServerCallContext context)
    {
        var (id, expectedVersion) = CatalogWire.Parse(request);
        var retired = await GrainCalls.CallAsync(() => Catalog.RetireAsync(id, expectedVersion));
        return new RetireProductResponse { Product = CatalogWire.ToWire(retired) };
    }

    [Allow(Reach.SignedIn)]
    public override async Task<GetProductResponse> GetProduct(GetProductRequest request, ServerCallContext context)
    {
        var id = CatalogWire.Parse(request);
        var product = await CatalogStreamDefinition.Products.FindAsync(ledger, id.Value, context.CancellationToken)
            ?? throw new RefusedException(CatalogRules.Unknown(id));
        return new GetProductResponse { Product = CatalogWire.ToWire(product) };
    }

    [Allow(Reach.SignedIn)]
    public override async Task<ListProductsResponse> ListProducts(ListProductsRequest request, ServerCallContext context)
    {
        var filter = CatalogWire.Parse(request);
        return CatalogWire.ToWire(await CatalogStreamDefinition.Products.ListAsync(ledger, filter, context.CancellationToken));
    }
}
