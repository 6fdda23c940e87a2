using System.Net;
using Google.Protobuf.Reflection;
using Google.Rpc;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.DependencyInjection.Extensions;
using NodaTime;
using Outreach.Server.Access;
using Outreach.Server.Catalog;
using Outreach.Server.Demo;
using Outreach.Server.Encounters;
using Outreach.Server.Ledger;
using Outreach.Server.Reports;
using Outreach.Server.Rpc;
using Outreach.Server.Sites;
using Outreach.Server.Stock;

namespace Outreach.Server.Hosting;

/// <summary>Puts the one process together.</summary>
public static class OutreachServer
{
    /// <summary>Builds the server from its settings; it is started like any web application.</summary>
    /// <param name="instead">Adds services that come before those of the product, such as another clock; null for none.</param>
    /// <exception cref="StartException">A setting is wrong, or the store cannot be opened.</exception>
    public static WebApplication Build(string[] args, Action<IServiceCollection>? instead = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args = args,
            // Also where another program has started it: the web app's files are found by this name.
            ApplicationName = typeof(OutreachServer).Assembly.GetName().Name,
            // Published, those files are in the program's folder, whatever folder it was started from.
            ContentRootPath = AppContext.BaseDirectory,
        });
        var settings = ServerSettings.From(builder.Configuration);
        builder.AddTelemetry();
        // Also where the program runs from its build folder, whatever the environment is called.
        builder.WebHost.UseStaticWebAssets();
        builder.WebHost.ConfigureKestrel(kestrel => KestrelConfiguration.Configure(kestrel, settings));
        instead?.Invoke(builder.Services);
        builder.Services.TryAddSingleton<IClock>(SystemClock.Instance);
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(settings);
        builder.Services.AddLedger(LedgerOptionsOf(settings));
        // Longer than grains may take to leave, so that their snapshots are kept and the ledger is closed last.
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(45));
        builder.Host.UseOrleans(silo => SiloConfiguration.Configure(silo, settings));
        AddTransport(builder.Services, settings);
        AddRpc(builder.Services);
        AddSlices(builder.Services);
        if (settings.OpenId.HasBrowserSignIn)
            OpenIdSignIn.Add(builder.Services);
        if (settings.Demo)
            AddDemo(builder.Services);
        var app = builder.Build();
        Map(app, settings);
        return app;
    }

    private static LedgerOptions LedgerOptionsOf(ServerSettings settings) => new()
    {
        DataFolder = settings.DataFolder,
        PostgresConnectionString = settings.Postgres.Length == 0 ? null : settings.Postgres,
        AcceptLossAfter = settings.AcceptLossAfter,
    };

    private static void AddTransport(IServiceCollection services, ServerSettings settings)
    {
        services.AddSingleton<WebAddress>();
        services.AddSingleton<ConnectionLimit>();
        services.AddHsts(hsts => hsts.MaxAge = TimeSpan.FromDays(365));
        services.Configure<ForwardedHeadersOptions>(forwarded =>
        {
            forwarded.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
            forwarded.KnownProxies.Clear();
            forwarded.KnownIPNetworks.Clear();
            foreach (var proxy in settings.ProxyAddresses)
                forwarded.KnownProxies.Add(IPAddress.Parse(proxy));
        });
        if (!settings.HasTls)
            return;
        services.AddSingleton<ServerCertificate>();
        services.AddHostedService(provider => provider.GetRequiredService<ServerCertificate>());
    }

    private static void AddRpc(IServiceCollection services)
    {
        services.AddGrpc(grpc =>
        {
            grpc.MaxReceiveMessageSize = KestrelConfiguration.MaxMessageBytes;
            grpc.Interceptors.Add<CallLimits>();
            grpc.Interceptors.Add<StatusInterceptor>();
            grpc.Interceptors.Add<AccessInterceptor>();
        }).AddJsonTranscoding(json => json.TypeRegistry = TypeRegistry.FromFiles(ErrorDetailsReflection.Descriptor));
        services.AddSingleton<CallLimits>();
        services.AddSingleton<StatusInterceptor>();
        services.AddGrpcReflection();
        services.AddSingleton<StoreHealthCheck>();
        services.AddGrpcHealthChecks().AddCheck<StoreHealthCheck>("store");
    }

    private static void AddSlices(IServiceCollection services)
    {
        services.AddAccess();
        services.AddCatalog();
        services.AddSites();
        services.AddStock();
        services.AddSingleton<OverviewHub>();
        services.AddHostedService(provider => provider.GetRequiredService<OverviewHub>());
    }

    /// <summary>After all the others, because it records through them.</summary>
    private static void AddDemo(IServiceCollection services)
    {
        services.AddSingleton<DemoSeeder>();
        services.AddHostedService(provider => provider.GetRequiredService<DemoSeeder>());
    }

    private static void Map(WebApplication app, ServerSettings settings)
    {
        if (settings.ProxyAddresses.Any())
            app.UseForwardedHeaders();
        app.UseHsts();
        app.Use(SecurityHeaders.AddAsync);
        app.Use(KestrelConfiguration.RejectTooLargeAsync);
        app.UseGrpcWeb(new GrpcWebOptions { DefaultEnabled = true });
        app.MapGrpcService<OrganizationService>();
        app.MapGrpcService<PeopleService>();
        app.MapGrpcService<DeviceService>();
        app.MapGrpcService<SessionService>();
        app.MapGrpcService<AuditService>();
        app.MapGrpcService<CatalogService>();
        app.MapGrpcService<SiteService>();
        app.MapGrpcService<EncounterService>();
        app.MapGrpcService<StockService>();
        app.MapGrpcService<OverviewService>();
        app.MapGrpcService<LedgerService>();
        // What is asked by machines that have no token says nothing that is not in the sources.
        app.MapGrpcHealthChecksService().WithMetadata(new AllowAttribute(Reach.Anyone));
        var looksIn = IPAddress.IsLoopback(IPAddress.Parse(settings.Listen)) ? Reach.Anyone : Reach.SignedIn;
        app.MapGrpcReflectionService().WithMetadata(new AllowAttribute(looksIn));
        app.MapHealthChecks("/healthz");
        if (settings.OpenId.HasBrowserSignIn)
            OpenIdSignIn.Map(app);
        app.MapStaticAssets();
        app.MapFallbackToFile("/", "index.html", new StaticFileOptions
        {
            // Browsers ask whether the page has changed before they show it again.
            OnPrepareResponse = page => page.Context.Response.Headers.CacheControl = "no-cache",
        });
        app.CheckPolicies();
    }
}
