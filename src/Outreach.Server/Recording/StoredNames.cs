using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Outreach.Server.Recording;

/// <summary>Preserves the JSON names of stored members that have other names in C# now.</summary>
internal static class StoredNames
{
    /// <summary>Reads and writes members under their stored names.</summary>
    /// <param name="resolver">The source-generated metadata.</param>
    /// <param name="names">The type, the current C# name of its member, and the stored JSON name.</param>
    /// <exception cref="InvalidOperationException">A type has no such member; thrown when the type is first used.</exception>
    public static IJsonTypeInfoResolver WithStoredNames(
        this IJsonTypeInfoResolver resolver, params IReadOnlyList<(Type Type, string Member, string StoredName)> names)
    {
        var byType = names.ToLookup(name => name.Type);
        return resolver.WithAddedModifier(info =>
        {
            foreach (var (_, member, storedName) in byType[info.Type])
                Find(info, member).Name = storedName;
        });
    }

    private static JsonPropertyInfo Find(JsonTypeInfo info, string member)
    {
        var name = JsonNamingPolicy.CamelCase.ConvertName(member);
        return info.Properties.FirstOrDefault(property => property.Name == name)
            ?? throw new InvalidOperationException($"{info.Type.Name} has no stored member '{name}'.");
    }
}
