namespace Outreach.Server.Configuration;

/// <summary>
/// What an operator can set for one part of the server. Each property with a <see cref="System.ComponentModel.DescriptionAttribute"/>
/// is a setting: its name is the key, its initial value the default.
/// </summary>
internal interface ISettingsSection
{
    /// <exception cref="StartException">A value is not allowed. The message has the key, the value unless it is secret, and what is allowed.</exception>
    void Validate();
}
