using System.ComponentModel;
using Outreach.Server.Configuration;

namespace Outreach.Server.Demo;

/// <summary>Settings of the demonstration.</summary>
internal sealed class DemoSettings : ISettingsSection
{
    [Description("Whether to show a made-up program, stored in a separate folder, to everybody who uses this computer.")]
    public bool Demo { get; set; }

    public void Validate()
    {
    }
}
