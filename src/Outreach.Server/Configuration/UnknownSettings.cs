using System.Text.RegularExpressions;

namespace Outreach.Server.Configuration;

/// <summary>Refuses settings and options that the server does not have, so that a misspelled one is not ignored.</summary>
internal static partial class UnknownSettings
{
    /// <summary>Options of .NET's host.</summary>
    private static readonly string[] HostOptions = ["applicationName", "contentRoot", "environment", "urls"];

    /// <exception cref="StartException">The section <see cref="SettingsReader.Section"/> has a key that is not in the list.</exception>
    public static void Check(IConfiguration configuration, IReadOnlyList<Setting> settings)
    {
        foreach (var (key, value) in configuration.GetSection(SettingsReader.Section).AsEnumerable())
        {
            if (value is not null && !IsKnown(key, settings))
                throw new StartException($"There is no setting {key}. {Suggest(key, settings)}");
        }
    }

    /// <exception cref="StartException">An argument is not an option, or is an unknown option.</exception>
    public static void Check(IReadOnlyList<string> arguments, IReadOnlyList<Setting> settings)
    {
        for (var i = 0; i < arguments.Count; i++)
        {
            var parts = arguments[i].Split('=', 2);
            var name = parts[0].TrimStart('-', '/');
            if (parts.Length == 1 && parts[0] == name)
                throw new StartException($"'{parts[0]}' is not an option: options are written --name=value. --help lists them.");
            if (!IsKnown(name, settings) && !IsHostOption(name))
                throw new StartException($"There is no option --{name}. {Suggest(name, settings)}");
            // The value is the next argument.
            if (parts.Length == 1)
                i++;
        }
    }

    private static bool IsKnown(string key, IReadOnlyList<Setting> settings)
    {
        var withoutNumbers = EntryNumber().Replace(key, ":0");
        return settings.Any(setting => setting.Key.Equals(withoutNumbers, StringComparison.OrdinalIgnoreCase));
    }

    private static bool IsHostOption(string name) =>
        HostOptions.Contains(name, StringComparer.OrdinalIgnoreCase) || name.StartsWith("Logging:", StringComparison.OrdinalIgnoreCase);

    /// <summary>Suggests the nearest setting. The section may be missing in the given name, as in <c>--GrpcPort</c>.</summary>
    private static string Suggest(string name, IReadOnlyList<Setting> settings)
    {
        var section = SettingsReader.Section + ":";
        var full = name.StartsWith(section, StringComparison.OrdinalIgnoreCase) ? name : section + name;
        return NearestName.Find(full, settings.Select(setting => setting.Key)) is { } nearest
            ? $"Did you mean {nearest}? --help lists all."
            : "--help lists all.";
    }

    [GeneratedRegex(@":\d+(?=:|$)")]
    private static partial Regex EntryNumber();
}
