using Grpc.AspNetCore.Server;
using Outreach.Server.Ledger;

namespace Outreach.Server.Access;

/// <summary>Puts access into the server.</summary>
public static class AccessRegistration
{
    public static IServiceCollection AddAccess(this IServiceCollection services)
    {
        services.AddSingleton<IFamily>(OrganizationFamily.Instance);
        services.AddSingleton<IFamily>(PersonFamily.Instance);
        services.AddSingleton<IFamily>(DeviceFamily.Instance);
        services.AddSingleton<IFamily>(AuditFamily.Instance);
        AddBook<OrganizationBook>(services);
        AddBook<PersonBook>(services);
        AddBook<DeviceBook>(services);
        services.AddSingleton<OpenCalls>();
        services.AddSingleton<Secrets>();
        services.AddSingleton<SigningKeys>();
        services.AddSingleton<AccessTokens>();
        services.AddSingleton<OpenIdPeople>();
        services.AddSingleton<OpenIdTokens>();
        services.AddSingleton<Marks>();
        services.AddSingleton<Codes>();
        services.AddSingleton<Audit>();
        services.AddSingleton<Attempts>();
        services.AddSingleton<Callers>();
        services.AddSingleton<AccessInterceptor>();
        services.AddSingleton<FirstEntry>();
        services.AddHostedService(provider => provider.GetRequiredService<FirstEntry>());
        return services;
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

    private static void AddBook<TBook>(IServiceCollection services)
        where TBook : class, IHostedService
    {
        services.AddSingleton<TBook>();
        services.AddHostedService(provider => provider.GetRequiredService<TBook>());
    }
}
