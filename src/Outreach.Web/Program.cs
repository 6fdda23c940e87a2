using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Grpc.Net.Client.Web;
using Microsoft.AspNetCore.Components.WebAssembly.Hosting;
using Outreach.Protocol.Access.V1;
using Outreach.Protocol.Catalog.V1;
using Outreach.Protocol.Reports.V1;
using Outreach.Protocol.Sites.V1;
using Outreach.Protocol.Encounters.V1;
using Outreach.Web;
using Outreach.Web.Access;
using Outreach.Web.Reports;

var builder = WebAssemblyHostBuilder.CreateDefault(args);
builder.RootComponents.Add<App>("#app");

// The server that this page came from. A first state of many sites and months is larger than the usual 4 MB.
GrpcChannel Open(HttpMessageHandler handler) => GrpcChannel.ForAddress(builder.HostEnvironment.BaseAddress, new GrpcChannelOptions
{
    HttpHandler = new GrpcWebHandler(GrpcWebMode.GrpcWeb, handler),
    MaxReceiveMessageSize = 64 * 1024 * 1024,
});
builder.Services.AddSingleton(TimeProvider.System);
builder.Services.AddSingleton<SessionStorage>();
builder.Services.AddSingleton(provider => new Session(
    new SessionService.SessionServiceClient(Open(new HttpClientHandler())),
    provider.GetRequiredService<SessionStorage>(),
    provider.GetRequiredService<TimeProvider>()));
builder.Services.AddSingleton(provider =>
{
    var session = provider.GetRequiredService<Session>();
    return Open(new BearerTokenHandler(session, new HttpClientHandler())).Intercept(new ReauthenticateInterceptor(session));
});
builder.Services.AddSingleton(provider => new OverviewService.OverviewServiceClient(provider.GetRequiredService<CallInvoker>()));
builder.Services.AddSingleton(provider => new ReferenceClient(
    new SiteService.SiteServiceClient(provider.GetRequiredService<CallInvoker>()),
    new CatalogService.CatalogServiceClient(provider.GetRequiredService<CallInvoker>()),
    new EncounterService.EncounterServiceClient(provider.GetRequiredService<CallInvoker>())));

await builder.Build().RunAsync();
