using System.Globalization;

namespace Outreach.Server.Configuration;

/// <summary>Reads settings from the configuration: <c>--Outreach:GrpcPort=0</c>, or <c>Outreach__GrpcPort=0</c> in the environment.</summary>
internal static class SettingsReader
{
    /// <summary>The section that contains all settings.</summary>
    public const string Section = "Outreach";

    /// <summary>Reads and checks the settings of one part of the server.</summary>
    /// <exception cref="StartException">A value is not allowed.</exception>
    public static T Read<T>(this IConfiguration configuration)
        where T : class, ISettingsSection, new()
    {
        foreach (var setting in Setting.ListOf(typeof(T)))
            CheckType(setting, configuration[setting.Key]);
        T settings;
        try
        {
            settings = configuration.GetSection(Section).Get<T>() ?? new T();
        }
        catch (InvalidOperationException malformed)
        {
            throw new StartException($"A setting cannot be read: {malformed.Message}", malformed);
        }

        settings.Validate();
        return settings;
    }

    private static void CheckType(Setting setting, string? value)
    {
        if (value is null)
            return;
        if (setting.Type == typeof(int) && !int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _))
            throw new StartException($"{setting.Key} must be a whole number; this is '{value}'.");
        if (setting.Type == typeof(bool) && !bool.TryParse(value, out _))
            throw new StartException($"{setting.Key} must be true or false; this is '{value}'.");
        if (setting.Type.IsEnum && !Enum.TryParse(setting.Type, value, ignoreCase: true, out _))
            throw new StartException($"{setting.Key} must be one of {string.Join(", ", Enum.GetNames(setting.Type))}; this is '{value}'.");
    }
}
