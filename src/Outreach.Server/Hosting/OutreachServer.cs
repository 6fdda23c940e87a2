using System.Net;
using Google.Protobuf.Reflection;
using Google.Rpc;
using Grpc.AspNetCore.Server.Model;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.DependencyInjection.Extensions;
using NodaTime;
using Outreach.Server.Access;
using Outreach.Server.Catalog;
using Outreach.Server.Configuration;
using Outreach.Server.Demo;
using Outreach.Server.Encounters;
using Outreach.Server.Ledger;
using Outreach.Server.Ledger.Stores;
using Outreach.Server.Questions;
using Outreach.Server.Reports;
using Outreach.Server.Rpc;
using Outreach.Server.Rpc.Messages;
using Outreach.Server.Sites;
using Outreach.Server.Stock;
using Outreach.Server.Upkeep;

namespace Outreach.Server.Hosting;

/// <summary>Composes the server.</summary>
public static class OutreachServer
{
    /// <summary>Builds the server from its settings. Start it like any web application.</summary>
    /// <param name="args">Settings as command line options.</param>
    /// <param name="overrideServices">Adds services that take precedence over the server's own, such as another clock.</param>
    /// <exception cref="StartException">A setting is wrong, or the store cannot be opened.</exception>
    public static WebApplication Build(string[] args, Action<IServiceCollection>? overrideServices = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args = args,
            // The dashboard's files are found by this name, even if another program has started the server.
            ApplicationName = typeof(OutreachServer).Assembly.GetName().Name,
            // In a published server these files are in the program's folder, whatever the working directory.
            ContentRootPath = AppContext.BaseDirectory,
        });
        var configuration = builder.Configuration;
        ServerSettings.Prepare(configuration, args);
        var (listening, settings) = (configuration.Read<ListeningSettings>(), configuration.Read<StoreSettings>());
        var store = StoreFactory.Create(settings);
        builder.AddTelemetry();
        // This is also needed if the program runs from its build folder, in any environment.
        builder.WebHost.UseStaticWebAssets();
        builder.WebHost.ConfigureKestrel(kestrel => KestrelConfiguration.Configure(kestrel, listening));
        overrideServices?.Invoke(builder.Services);
        builder.Services.TryAddSingleton<IClock>(SystemClock.Instance);
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddLedger(settings, store);
        // Longer than grains take to deactivate, so that their snapshots are saved before the ledger is closed.
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(45));
        builder.Host.UseOrleans(silo => SiloConfiguration.Configure(silo, configuration.Read<ClusterSettings>(), store));
        AddTransport(builder.Services, listening);
        // Before AddRpc, which replaces how gRPC binds methods: a slice may set options of its services through AddGrpc.
        AddSlices(builder.Services, configuration);
        AddRpc(builder.Services, configuration);
        if (configuration.Read<DemoSettings>().Demo)
        {
            ServerSettings.CheckDemo(settings, listening);
            builder.Services.AddDemo();
        }

        var app = builder.Build();
        Map(app, listening);
        return app;
    }

    private static void AddTransport(IServiceCollection services, ListeningSettings settings)
    {
        services.AddSingleton(settings);
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

    private static void AddRpc(IServiceCollection services, IConfiguration configuration)
    {
        var transport = services.AddGrpc(grpc =>
        {
            grpc.MaxReceiveMessageSize = RequestBodyLimits.MaxGrpcBytes;
            grpc.Interceptors.Add<SlowReaderInterceptor>();
            grpc.Interceptors.Add<StatusInterceptor>();
            grpc.Interceptors.Add<AccessInterceptor>();
        });
        services.RemoveAll(typeof(IServiceMethodProvider<>));
        services.AddSingleton(typeof(IServiceMethodProvider<>), typeof(GrpcMethodProvider<>));
        transport.AddJsonTranscoding(json => json.TypeRegistry = TypeRegistry.FromFiles(ErrorDetailsReflection.Descriptor));
        services.AddSingleton(configuration.Read<CallLimitSettings>());
        services.AddSingleton<AddressLimiter>();
        services.AddSingleton<InFlightByteLimiter>();
        services.AddSingleton<SlowReaderInterceptor>();
        services.AddSingleton<StatusInterceptor>();
        services.AddGrpcReflection();
        services.AddSingleton<StoreHealthCheck>();
        services.AddGrpcHealthChecks().AddCheck<StoreHealthCheck>("store");
    }

    private static void AddSlices(IServiceCollection services, IConfiguration configuration)
    {
        services.AddAccess(configuration);
        services.AddCatalog();
        services.AddSites();
        services.AddQuestions();
        services.AddStock();
        services.AddEncounters(configuration);
        services.AddReports();
        services.AddUpkeep();
    }

    private static void Map(WebApplication app, ListeningSettings settings)
    {
        if (settings.ProxyAddresses.Any())
            app.UseForwardedHeaders();
        app.UseHsts();
        app.Use(SecurityHeaders.AddAsync);
        app.Use(RequestBodyLimits.LimitAsync);
        app.UseGrpcWeb(new GrpcWebOptions { DefaultEnabled = true });
        app.Use(app.Services.GetRequiredService<CallGate>().InvokeAsync);
        app.MapAccess();
        app.MapCatalog();
        app.MapSites();
        app.MapQuestions();
        app.MapEncounters();
        app.MapStock();
        app.MapReports();
        app.MapUpkeep();
        // Health checks have no token; their responses are not secret.
        app.MapGrpcHealthChecksService().WithMetadata(new AllowAttribute(Reach.Anyone));
        var reflectionReach = settings.IsLoopback ? Reach.Anyone : Reach.SignedIn;
        app.MapGrpcReflectionService().WithMetadata(new AllowAttribute(reflectionReach));
        app.MapHealthChecks("/healthz");
        app.MapStaticAssets();
        MapPages(app);
        app.CheckPolicies();
    }

    /// <summary>Serves the web app, which finds the page, for every path that is not a file or part of the API.</summary>
    private static void MapPages(WebApplication app)
    {
        var page = new StaticFileOptions
        {
            // Browsers check whether it has changed before they show it again.
            OnPrepareResponse = answer => answer.Context.Response.Headers.CacheControl = "no-cache",
        };
        app.MapFallbackToFile("/", "index.html", page);
        // Not a file or a gRPC service, because their names have a dot.
        app.MapFallbackToFile("{*path:regex(^(?!v1(/|$)|_framework/)[^.]+$)}", "index.html", page);
    }
}
