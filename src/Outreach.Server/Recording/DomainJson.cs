using System.Linq.Expressions;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using NodaTime;
using NodaTime.Serialization.SystemTextJson;
using Outreach.Domain.Recording;

namespace Outreach.Server.Recording;

/// <summary>The JSON form of domain values in stored events, views, snapshots and calls between nodes.</summary>
/// <remarks>
/// Names are in camelCase, enum members are written by name, moments and days in ISO form, and a value that wraps one
/// other value (an id, a quantity) as that value alone. Events are stored permanently in this form, so it must not change.
/// </remarks>
public static class DomainJson
{
    /// <summary>Configures options that are not yet in use, and returns them.</summary>
    public static JsonSerializerOptions Configure(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.Converters.Add(new WrappedValueConverter());
        options.Converters.Add(new EquatableListConverter());
        options.Converters.Add(new JsonStringEnumConverter());
        return options.ConfigureForNodaTime(DateTimeZoneProviders.Tzdb);
    }

    /// <summary>The options for the events of one kind of stream, with the discriminator <c>kind</c>.</summary>
    /// <param name="resolver">The source-generated metadata of the events.</param>
    /// <param name="kinds">The stored name of each event type, which must never change.</param>
    public static JsonSerializerOptions ForFacts<TFact>(IJsonTypeInfoResolver resolver, params IReadOnlyList<(string Kind, Type Fact)> kinds) =>
        Configure(new JsonSerializerOptions { TypeInfoResolver = resolver.WithKinds<TFact>(kinds) });

    /// <summary>Writes the <c>kind</c> of each event.</summary>
    public static IJsonTypeInfoResolver WithKinds<TFact>(this IJsonTypeInfoResolver resolver, IReadOnlyList<(string Kind, Type Fact)> kinds) =>
        resolver.WithAddedModifier(info => AddKindDiscriminator(info, typeof(TFact), kinds));

    private static void AddKindDiscriminator(JsonTypeInfo info, Type family, IReadOnlyList<(string Kind, Type Fact)> kinds)
    {
        if (info.Type != family)
            return;

        info.PolymorphismOptions = new JsonPolymorphismOptions { TypeDiscriminatorPropertyName = "kind" };
        foreach (var (kind, fact) in kinds)
            info.PolymorphismOptions.DerivedTypes.Add(new JsonDerivedType(fact, kind));
    }

    /// <summary>Writes a domain struct with one property and a constructor that takes it, such as an id, as the property's value.</summary>
    private sealed class WrappedValueConverter : JsonConverterFactory
    {
        public override bool CanConvert(Type type) =>
            type.IsValueType && !type.IsEnum && type.Assembly == typeof(Refusal).Assembly && GetWrappedProperty(type) is not null;

        public override JsonConverter CreateConverter(Type type, JsonSerializerOptions options) =>
            (JsonConverter)Activator.CreateInstance(
                typeof(Converter<,>).MakeGenericType(type, GetWrappedProperty(type)!.PropertyType), GetWrappedProperty(type), options)!;

        private static PropertyInfo? GetWrappedProperty(Type type) =>
            type.GetProperties(BindingFlags.Public | BindingFlags.Instance) is [var only]
            && type.GetConstructor([only.PropertyType]) is not null
                ? only
                : null;
    }

    private sealed class Converter<TValue, TWrapped>(PropertyInfo property, JsonSerializerOptions options) : JsonConverter<TValue>
        where TValue : struct
    {
        private readonly JsonConverter<TWrapped> inner = (JsonConverter<TWrapped>)options.GetConverter(typeof(TWrapped));
        private readonly Getter get = property.GetMethod!.CreateDelegate<Getter>();
        private readonly Func<TWrapped, TValue> create = CompileConstructor();

        private delegate TWrapped Getter(ref TValue value);

        // A default id has no value. A record has one if, for example, its product id could not be read.
        public override TValue Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.Null ? default : create(inner.Read(ref reader, typeof(TWrapped), options)!);

        public override void Write(Utf8JsonWriter writer, TValue value, JsonSerializerOptions options) =>
            inner.Write(writer, get(ref value), options);

        private static Func<TWrapped, TValue> CompileConstructor()
        {
            var wrapped = Expression.Parameter(typeof(TWrapped));
            var made = Expression.New(typeof(TValue).GetConstructor([typeof(TWrapped)])!, wrapped);
            return Expression.Lambda<Func<TWrapped, TValue>>(made, wrapped).Compile();
        }
    }
}
