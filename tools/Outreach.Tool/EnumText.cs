using System.Text.Json;

namespace Outreach.Tool;

/// <summary>Formats and parses enum values by name. The unspecified value, zero, has no name to parse.</summary>
internal sealed class EnumText(JsonNamingPolicy naming)
{
    /// <summary>Names such as "shut-out", as the command line shows and accepts them.</summary>
    public static EnumText KebabCase { get; } = new(JsonNamingPolicy.KebabCaseLower);

    /// <summary>Names such as "mobile_stop", as mappings and exported files contain them.</summary>
    public static EnumText SnakeCase { get; } = new(JsonNamingPolicy.SnakeCaseLower);

    public string Format<T>(T value)
        where T : struct, Enum => naming.ConvertName(value.ToString());

    /// <summary>Returns the names of all values except zero.</summary>
    public string[] Names<T>()
        where T : struct, Enum => [.. Values<T>().Select(Format)];

    /// <summary>Returns the value with a name, or zero if there is none.</summary>
    public T ParseOrDefault<T>(string? name)
        where T : struct, Enum => Values<T>().FirstOrDefault(value => Format(value) == name);

    /// <summary>Returns all values except zero.</summary>
    public static IEnumerable<T> Values<T>()
        where T : struct, Enum => Enum.GetValues<T>().Where(value => Convert.ToInt32(value) != 0);
}
