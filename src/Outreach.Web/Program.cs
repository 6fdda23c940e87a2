using Grpc.Net.Client;
using Grpc.Net.Client.Web;
using Microsoft.AspNetCore.Components.WebAssembly.Hosting;
using Outreach.Protocol.Catalog.V1;
using Outreach.Protocol.Reports.V1;
using Outreach.Protocol.Sites.V1;
using Outreach.Protocol.Stock.V1;
using Outreach.Web;
using Outreach.Web.Reports;

var builder = WebAssemblyHostBuilder.CreateDefault(args);
builder.RootComponents.Add<App>("#app");

// The server that this page came from. A first state of many sites and months is larger than the usual 4 MB.
var channel = GrpcChannel.ForAddress(builder.HostEnvironment.BaseAddress, new GrpcChannelOptions
{
    HttpHandler = new GrpcWebHandler(GrpcWebMode.GrpcWeb, new HttpClientHandler()),
    MaxReceiveMessageSize = 64 * 1024 * 1024,
});
builder.Services.AddSingleton(TimeProvider.System);
builder.Services.AddSingleton(new OverviewService.OverviewServiceClient(channel));
builder.Services.AddSingleton(new Books(
    new SiteService.SiteServiceClient(channel),
    new CatalogService.CatalogServiceClient(channel),
    new StockService.StockServiceClient(channel)));

await builder.Build().RunAsync();
