using System.Linq.Expressions;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using NodaTime;
using NodaTime.Serialization.SystemTextJson;
using Outreach.Domain.Recording;

namespace Outreach.Server.Recording;

/// <summary>How the domain's values are written as JSON: in stored facts, views, snapshots and calls between nodes.</summary>
/// <remarks>
/// Stored for ever: names in camelCase, enum members by name, moments and days in ISO form, and a value that wraps one
/// other (an id, a quantity) as that other alone. Change nothing here that a stored fact would notice.
/// </remarks>
public static class DomainJson
{
    /// <summary>Adds all of that to options that are not yet in use, and hands them back.</summary>
    public static JsonSerializerOptions Configure(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.Converters.Add(new WrappedValueConverter());
        options.Converters.Add(new EquatableListConverter());
        options.Converters.Add(new JsonStringEnumConverter());
        return options.ConfigureForNodaTime(DateTimeZoneProviders.Tzdb);
    }

    /// <summary>The options that a family's facts are written with, each fact under its <c>kind</c>.</summary>
    /// <param name="resolver">The source-generated description of the facts.</param>
    /// <param name="kinds">What each sort of fact is called, for ever.</param>
    public static JsonSerializerOptions ForFacts<TFact>(IJsonTypeInfoResolver resolver, params IReadOnlyList<(string Kind, Type Fact)> kinds) =>
        Configure(new JsonSerializerOptions { TypeInfoResolver = resolver.WithKinds<TFact>(kinds) });

    /// <summary>Writes each fact of a family under its <c>kind</c>.</summary>
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

        // The default of an id, which is none, has no value to be made from: a record whose product's id could not be read has it.
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
