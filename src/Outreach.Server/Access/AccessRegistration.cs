using Grpc.AspNetCore.Server;
using Outreach.Server.Configuration;
using Outreach.Server.Ledger;

namespace Outreach.Server.Access;

/// <summary>Adds access to the server.</summary>
internal static class AccessRegistration
{
    public static IServiceCollection AddAccess(this IServiceCollection services, IConfiguration configuration)
    {
        var settings = configuration.Read<AccessSettings>();
        services.AddSingleton(settings);
        services.AddSingleton(settings.OpenId);
        services.AddSingleton<DashboardAddress>();
        services.AddSingleton<IStreamDefinition>(OrganizationStreamDefinition.Instance);
        services.AddSingleton<IStreamDefinition>(PersonStreamDefinition.Instance);
        services.AddSingleton<IStreamDefinition>(DeviceStreamDefinition.Instance);
        services.AddSingleton<IStreamDefinition>(AuditStreamDefinition.Instance);
        AddCache<OrganizationCache>(services);
        AddCache<PersonCache>(services);
        AddCache<DeviceCache>(services);
        services.AddSingleton<StreamingCalls>();
        services.AddSingleton<SecretStore>();
        services.AddSingleton<SigningKeys>();
        services.AddSingleton<AccessTokens>();
        services.AddSingleton<OpenIdPersonMapper>();
        services.AddSingleton<OpenIdTokenValidator>();
        services.AddSingleton<SecretHasher>();
        services.AddSingleton<RefreshTokens>();
        services.AddSingleton<EnrollmentCodes>();
        services.AddSingleton<AuditLog>();
        services.AddSingleton<FailedAttemptLimiter>();
        services.AddSingleton<CallerAuthenticator>();
        services.AddSingleton<DeviceLimiter>();
        services.AddSingleton<CallGate>();
        services.AddSingleton<AccessInterceptor>();
        services.AddSingleton<AdministratorBootstrap>();
        services.AddHostedService(provider => provider.GetRequiredService<AdministratorBootstrap>());
        if (settings.OpenId.HasBrowserSignIn)
            OpenIdSignIn.Add(services);
        return services;
    }

    public static void MapAccess(this WebApplication app)
    {
        app.MapGrpcService<OrganizationService>();
        app.MapGrpcService<PeopleService>();
        app.MapGrpcService<DeviceService>();
        app.MapGrpcService<SessionService>();
        app.MapGrpcService<AuditService>();
        if (app.Services.GetRequiredService<OpenIdSettings>().HasBrowserSignIn)
            OpenIdSignIn.Map(app);
    }

    /// <exception cref="InvalidOperationException">A method has no policy.</exception>
    public static void CheckPolicies(this WebApplication app)
    {
        var without = ((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints)
            .Where(endpoint => endpoint.Metadata.GetMetadata<GrpcMethodMetadata>() is not null && endpoint.Metadata.GetMetadata<AllowAttribute>() is null)
            .Select(endpoint => endpoint.Metadata.GetMetadata<GrpcMethodMetadata>()!.Method.FullName)
            .Distinct().ToArray();
        if (without.Length > 0)
            throw new InvalidOperationException($"Methods without a policy: {string.Join(", ", without)}.");
    }

    private static void AddCache<TCache>(IServiceCollection services)
        where TCache : class, IHostedService
    {
        services.AddSingleton<TCache>();
        services.AddHostedService(provider => provider.GetRequiredService<TCache>());
    }
}
