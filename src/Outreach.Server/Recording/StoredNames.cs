using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Outreach.Server.Recording;

/// <summary>Keeps the JSON names of stored members whose C# names changed after they were first stored.</summary>
internal static class StoredNames
{
    /// <summary>Writes and reads members under the names that they were first stored with.</summary>
    /// <param name="resolver">The source-generated descriptions.</param>
    /// <param name="names">The type, its member as it is called in C# today, and its stored JSON name.</param>
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
