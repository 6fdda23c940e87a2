namespace Outreach.Server.Configuration;

/// <summary>What <c>--help</c> prints.</summary>
internal static class SettingsHelp
{
    public static void Write(IEnumerable<Setting> settings, TextWriter output)
    {
        output.WriteLine("Settings, as options (--Outreach:GrpcPort=0) or environment variables (Outreach__GrpcPort=0):");
        foreach (var setting in settings)
        {
            output.WriteLine();
            output.WriteLine($"--{setting.Key}{(setting.Default.Length > 0 ? $"={setting.Default}" : "")}");
            output.WriteLine($"    {setting.Description}");
        }
    }
}
