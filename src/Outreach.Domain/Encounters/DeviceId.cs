
namespace Outreach.Domain.Encounters;

/// <summary>A device that records: <see cref="Rule"/>. The default value, empty, stands for none that is told apart.</summary>
public readonly record struct DeviceId
{
    /// <summary>The rule in words, for messages.</summary>
    public const string Rule = "1 to 64 of A-Z, a-z, 0-9, '-', '.', '_'";

    private readonly string? text;

    /// <exception cref="ArgumentException"><paramref name="value"/> is neither empty nor a device id.</exception>
    public DeviceId(string value)
    {
        if (value.Length > 0 && !IsValid(value))
            throw new ArgumentException($"A device id is {Rule}; this is '{value}'.", nameof(value));
        text = value.Length == 0 ? null : value;
    }

    public string Value => text ?? "";

    /// <summary>Whether a text that is not empty is a device id.</summary>
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
