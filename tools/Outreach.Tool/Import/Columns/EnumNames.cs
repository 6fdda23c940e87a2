namespace Outreach.Tool.Import.Columns;

/// <summary>The API's enum values as a mapping writes them: in lower case with '_', without their prefix.</summary>
public static class EnumNames
{
    /// <summary>Parses a name. False for "unspecified" and for unknown names.</summary>
    public static bool TryParse<TValue>(string text, out TValue value)
        where TValue : struct, Enum
    {
        value = EnumText.SnakeCase.ParseOrDefault<TValue>(text);
        return !value.Equals(default(TValue));
    }

    /// <exception cref="ArgumentException">The name is unknown.</exception>
    public static TValue Parse<TValue>(string text)
        where TValue : struct, Enum =>
        TryParse<TValue>(text, out var value)
            ? value
            : throw new ArgumentException($"'{text}' is not one of {KnownNames<TValue>()}.", nameof(text));

    /// <summary>All names, for messages.</summary>
    public static string KnownNames<TValue>()
        where TValue : struct, Enum => string.Join(", ", EnumText.SnakeCase.Names<TValue>());

    /// <summary>All values except zero.</summary>
    public static IEnumerable<TValue> Known<TValue>()
        where TValue : struct, Enum => EnumText.Values<TValue>();

    public static string Format<TValue>(TValue value)
        where TValue : struct, Enum => EnumText.SnakeCase.Format(value);
}
