using System.ComponentModel;
using System.Reflection;

namespace Outreach.Server.Configuration;

/// <summary>One setting.</summary>
/// <param name="Key">The key, for example <c>Outreach:GrpcPort</c>; an entry of a list has the number 0.</param>
/// <param name="Type">The type of the value.</param>
/// <param name="Default">The default value as text.</param>
/// <param name="Description">What the setting is for.</param>
internal sealed record Setting(string Key, Type Type, string Default, string Description)
{
    /// <summary>The settings of some types.</summary>
    public static IReadOnlyList<Setting> ListOf(params IEnumerable<Type> types) =>
        [.. types.SelectMany(type => ListOf(type, SettingsReader.Section + ":"))];

    private static IEnumerable<Setting> ListOf(Type type, string prefix)
    {
        var defaults = Activator.CreateInstance(type);
        return type.GetProperties()
            .Select(property => (property, property.GetCustomAttribute<DescriptionAttribute>()?.Description))
            .Where(described => described.Description is not null)
            .SelectMany(described => ListOf(described.property, prefix + described.property.Name, defaults, described.Description!));
    }

    private static IEnumerable<Setting> ListOf(PropertyInfo property, string key, object? defaults, string description)
    {
        var type = property.PropertyType;
        if (type.IsGenericType)
            (type, key) = (type.GenericTypeArguments[0], key + ":0");
        return type.IsClass && type != typeof(string)
            ? ListOf(type, key + ":")
            : [new Setting(key, type, property.PropertyType == type ? Format(property.GetValue(defaults)) : "", description)];
    }

    private static string Format(object? value) => value switch
    {
        true => "true",
        false => "false",
        // The value 0 of an enum stands for none.
        Enum when !Enum.IsDefined(value.GetType(), value) => "",
        _ => $"{value}",
    };
}
