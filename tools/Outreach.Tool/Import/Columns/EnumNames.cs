namespace Outreach.Tool.Import.Columns;

/// <summary>The API's enum values as a mapping writes them: in lower case with '_', without their prefix.</summary>
public static class EnumNames
{
    /// <summary>Reads one; "unspecified" is none.</summary>
    public static bool TryParse<TAnswer>(string text, out TAnswer answer)
        where TAnswer : struct, Enum
    {
        answer = EnumText.SnakeCase.ParseOrDefault<TAnswer>(text);
        return !answer.Equals(default(TAnswer));
    }

    /// <summary>Reads one that was checked.</summary>
    public static TAnswer Parse<TAnswer>(string text)
        where TAnswer : struct, Enum =>
        TryParse<TAnswer>(text, out var answer)
            ? answer
            : throw new ArgumentException($"'{text}' is none of {KnownNames<TAnswer>()}.", nameof(text));

    /// <summary>All of them, for messages.</summary>
    public static string KnownNames<TAnswer>()
        where TAnswer : struct, Enum => string.Join(", ", EnumText.SnakeCase.Names<TAnswer>());

    /// <summary>One as a mapping writes it.</summary>
    public static string Format<TAnswer>(TAnswer answer)
        where TAnswer : struct, Enum => EnumText.SnakeCase.Format(answer);
}
