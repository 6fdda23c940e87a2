using System.Text;

namespace Outreach.Tool.Import.Tables;

/// <summary>Decodes the bytes of a text file. No character is ever replaced: bytes that do not fit the encoding are an error.</summary>
internal static class TextDecoder
{
    private const string Windows1252 = "windows-1252";

    static TextDecoder() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    /// <summary>Whether an encoding has this name.</summary>
    public static bool IsKnown(string name)
    {
        try
        {
            Strict(name);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    /// <summary>Decodes with the encoding that is named, otherwise as UTF-8 or UTF-16, otherwise as Windows-1252 with a note.</summary>
    /// <exception cref="UsageException">The bytes do not fit the encoding, or none could be detected.</exception>
    public static string Decode(byte[] bytes, string path, string name, List<string> notes)
    {
        if (name.Length > 0)
            return TryDecode(bytes, name) ?? throw new UsageException($"{path} is not {name}, which the mapping names as its encoding.");
        if (TryDecode(bytes, Utf16Of(bytes) ?? "utf-8") is { } unicode)
            return unicode;
        // Windows-1252 leaves five bytes undefined, which come out as control characters.
        if (TryDecode(bytes, Windows1252) is not { } western || western.Any(c => c is >= '\u0080' and <= '\u009F'))
            throw new UsageException($"The encoding of {path} could not be detected: it is neither UTF-8 nor Windows-1252. Name it in the mapping with \"encoding\".");
        notes.Add("The file is not UTF-8 and was read as Windows-1252. If letters look wrong, name its encoding in the mapping with \"encoding\".");
        return western;
    }

    private static string? TryDecode(byte[] bytes, string name)
    {
        try
        {
            return Strict(name).GetString(bytes).TrimStart('\uFEFF');
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private static string? Utf16Of(byte[] bytes) => bytes switch
    {
        [0xFF, 0xFE, ..] => "utf-16",
        [0xFE, 0xFF, ..] => "utf-16BE",
        [not 0, 0, not 0, 0, ..] => "utf-16",
        [0, not 0, 0, not 0, ..] => "utf-16BE",
        _ => null,
    };

    private static Encoding Strict(string name) => Encoding.GetEncoding(name, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);
}
