using System.ComponentModel;
using Outreach.Server.Configuration;

namespace Outreach.Server.Encounters;

/// <summary>Settings for recording encounters.</summary>
internal sealed class EncounterSettings : ISettingsSection
{
    [Description("The file with the key for hashing participant codes. If empty, participant.key in the data folder, created at the first start.")]
    public string ParticipantKeyFile { get; set; } = "";

    public void Validate()
    {
    }
}
