using Grpc.AspNetCore.Server;
using Outreach.Server.Ledger;

namespace Outreach.Server.Access;

/// <summary>Puts access into the server.</summary>
public static class AccessRegistration
{
    public static IServiceCollection AddAccess(this IServiceCollection services)
    {
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
        services.AddSingleton<EnrollmentCodes>();
        services.AddSingleton<AuditLog>();
        services.AddSingleton<FailedAttemptLimiter>();
        services.AddSingleton<CallerAuthenticator>();
        services.AddSingleton<AccessInterceptor>();
        services.AddSingleton<AdministratorBootstrap>();
        services.AddHostedService(provider => provider.GetRequiredService<AdministratorBootstrap>());
        return services;
    }

    public static void MapAccess(this IEndpointRouteBuilder app)
    {
        app.MapGrpcService<OrganizationService>();
        app.MapGrpcService<PeopleService>();
        app.MapGrpcService<DeviceService>();
        app.MapGrpcService<SessionService>();
        app.MapGrpcService<AuditService>();
    }

    /// <summary>Makes sure that every method has a policy.</summary>
    /// <exception cref="InvalidOperationException">One has none: it could be called by nobody, or by everybody.</exception>
    public static void CheckPolicies(this WebApplication app)
    {
        var without = ((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints)
            .Where(endpoint => endpoint.Metadata.GetMetadata<GrpcMethodMetadata>() is not null && endpoint.Metadata.GetMetadata<AllowAttribute>() is null)
            .Select(endpoint => endpoint.Metadata.GetMetadata<GrpcMethodMetadata>()!.Method.FullName)
            .Distinct().ToArray();
        if (without.Length > 0)
            throw new InvalidOperationException($"Methods without a policy: {string.Join(", ", without)}.");
    }

    private static void AddCache<TBook>(IServiceCollection services)
        where TBook : class, IHostedService
    {
        services.AddSingleton<TBook>();
        services.AddHostedService(provider => provider.GetRequiredService<TBook>());
    }
}
