using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Grpc.Net.Client.Web;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.Components.WebAssembly.Hosting;
using Outreach.Protocol.Access.V1;
using Outreach.Protocol.Catalog.V1;
using Outreach.Protocol.Encounters.V1;
using Outreach.Protocol.Questions.V1;
using Outreach.Protocol.Reports.V1;
using Outreach.Protocol.Sites.V1;
using Outreach.Protocol.Stock.V1;
using Outreach.Web;
using Outreach.Web.Shell.Kit;
using Outreach.Web.Shell.Layout;
using Outreach.Web.Shell.Names;
using Outreach.Web.Shell.Sessions;

var builder = WebAssemblyHostBuilder.CreateDefault(args);
builder.RootComponents.Add<App>("#app");
builder.RootComponents.Add<HeadOutlet>("head::after");

// Calls go to the server that served this page. A snapshot of many sites and months can be larger than the default of 4 MB.
GrpcChannel CreateChannel(HttpMessageHandler handler) => GrpcChannel.ForAddress(builder.HostEnvironment.BaseAddress, new GrpcChannelOptions
{
    HttpHandler = new GrpcWebHandler(GrpcWebMode.GrpcWeb, handler),
    MaxReceiveMessageSize = 64 * 1024 * 1024,
});
void AddClient<TClient>(Func<CallInvoker, TClient> create) where TClient : class =>
    builder.Services.AddSingleton(provider => create(provider.GetRequiredService<CallInvoker>()));

builder.Services.AddSingleton(TimeProvider.System);
builder.Services.AddSingleton<SessionStorage>();
builder.Services.AddSingleton<Notices>();
builder.Services.AddSingleton<KitScript>();
builder.Services.AddSingleton(provider => new Session(
    new SessionService.SessionServiceClient(CreateChannel(new HttpClientHandler())),
    provider.GetRequiredService<SessionStorage>(),
    provider.GetRequiredService<TimeProvider>()));
builder.Services.AddSingleton(provider =>
{
    var session = provider.GetRequiredService<Session>();
    return CreateChannel(new BearerTokenHandler(session, new HttpClientHandler())).Intercept(new ReauthenticateInterceptor(session));
});
AddClient(invoker => new OrganizationService.OrganizationServiceClient(invoker));
AddClient(invoker => new PeopleService.PeopleServiceClient(invoker));
AddClient(invoker => new DeviceService.DeviceServiceClient(invoker));
AddClient(invoker => new SiteService.SiteServiceClient(invoker));
AddClient(invoker => new QuestionService.QuestionServiceClient(invoker));
AddClient(invoker => new CatalogService.CatalogServiceClient(invoker));
AddClient(invoker => new EncounterService.EncounterServiceClient(invoker));
AddClient(invoker => new StockService.StockServiceClient(invoker));
AddClient(invoker => new OverviewService.OverviewServiceClient(invoker));
builder.Services.AddSingleton<NamesClient>();
builder.Services.AddSingleton<UnsettledCount>();

await builder.Build().RunAsync();
