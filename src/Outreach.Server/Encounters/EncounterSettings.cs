using System.ComponentModel;
using Outreach.Server.Configuration;

namespace Outreach.Server.Encounters;

/// <summary>How encounters are recorded.</summary>
internal sealed class EncounterSettings : ISettings
{
    [Description("The file of the key that hashes participant codes. Empty: participant.key in the data folder, made at the first start.")]
    public string ParticipantKeyFile { get; set; } = "";

    public void Validate()
    {
    }
}
