
namespace Outreach.Domain.Encounters;

/// <summary>The id of a device that sends records: <see cref="Rule"/>. The default value, empty, means that the device is not known.</summary>
public readonly record struct ReportedDeviceId
{
    /// <summary>The rule in words, for messages.</summary>
    public const string Rule = "1 to 64 of A-Z, a-z, 0-9, '-', '.', '_'";

    private readonly string? text;

    /// <exception cref="ArgumentException"><paramref name="value"/> is neither empty nor a device id.</exception>
    public ReportedDeviceId(string value)
    {
        if (value.Length > 0 && !IsValid(value))
            throw new ArgumentException($"A device id must have {Rule}; this is '{value}'.", nameof(value));
        text = value.Length == 0 ? null : value;
    }

    public string Value => text ?? "";

    /// <summary>True if a text is a device id and not empty.</summary>
    public static bool IsValid(string value)
    {
        foreach (var c in value)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '.' or '_'))
                return false;
        }

        return value.Length is >= 1 and <= 64;
    }

    public override string ToString() => Value;
}
