namespace Outreach.Domain.Recording.Settings;

/// <summary>Settings that people add and change as a whole, for example a site. Two values are equal if all their fields are.</summary>
public interface ISettings
{
    /// <summary>The id, unique among settings of the same kind.</summary>
    string GetId();
}
