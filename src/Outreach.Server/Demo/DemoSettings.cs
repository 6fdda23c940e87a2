using System.ComponentModel;
using Outreach.Server.Configuration;

namespace Outreach.Server.Demo;

/// <summary>Whether the server shows a demonstration.</summary>
internal sealed class DemoSettings : ISettings
{
    [Description("Whether to show a made-up program, kept in a folder of its own, to whoever is at this machine.")]
    public bool Demo { get; set; }

    public void Validate()
    {
    }
}
