using Orleans.Serialization;
using Orleans.Serialization.Cloning;
using Orleans.Serialization.Serializers;

namespace Outreach.Server.Hosting;

/// <summary>Tells Orleans of <see cref="DomainCodec"/>.</summary>
public static class DomainCodecRegistration
{
    /// <summary>Lets grains take and give the domain's types as they are.</summary>
    public static ISerializerBuilder AddDomainCodec(this ISerializerBuilder builder)
    {
        builder.Services.AddSingleton<DomainCodec>();
        builder.Services.AddSingleton<IGeneralizedCodec>(services => services.GetRequiredService<DomainCodec>());
        builder.Services.AddSingleton<IGeneralizedCopier>(services => services.GetRequiredService<DomainCodec>());
        builder.Services.AddSingleton<ITypeFilter>(services => services.GetRequiredService<DomainCodec>());
        return builder.Configure(options => options.WellKnownTypeAliases["outreach.domain"] = typeof(DomainCodec));
    }
}
