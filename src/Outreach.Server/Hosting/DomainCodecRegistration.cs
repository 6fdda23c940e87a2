using Orleans.Serialization;
using Orleans.Serialization.Cloning;
using Orleans.Serialization.Serializers;

namespace Outreach.Server.Hosting;

/// <summary>Registers <see cref="DomainCodec"/> with Orleans.</summary>
public static class DomainCodecRegistration
{
    /// <summary>Lets grains have parameters and results of the domain's types.</summary>
    public static ISerializerBuilder AddDomainCodec(this ISerializerBuilder builder)
    {
        builder.Services.AddSingleton<DomainCodec>();
        builder.Services.AddSingleton<IGeneralizedCodec>(services => services.GetRequiredService<DomainCodec>());
        builder.Services.AddSingleton<IGeneralizedCopier>(services => services.GetRequiredService<DomainCodec>());
        builder.Services.AddSingleton<ITypeFilter>(services => services.GetRequiredService<DomainCodec>());
        // What a grain throws reaches a caller on another node as it was thrown, and so do the causes in it.
        builder.Services.Configure<ExceptionSerializationOptions>(exceptions => exceptions.SupportedExceptionTypeFilter = static _ => true);
        return builder.Configure(options => options.WellKnownTypeAliases["outreach.domain"] = typeof(DomainCodec));
    }
}
