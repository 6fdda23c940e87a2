namespace Outreach.Web.Shell.Connection;

/// <summary>How the screen stands with the server.</summary>
public abstract record ConnectionState
{
    private ConnectionState()
    {
    }

    /// <summary>The first attempt is under way.</summary>
    public sealed record Connecting : ConnectionState;

    /// <summary>Changes arrive as they are recorded.</summary>
    /// <param name="BySite">Whether figures are split by site; false where there are too many for that.</param>
    public sealed record Live(bool BySite) : ConnectionState;

    /// <summary>The server cannot be reached; it is tried again by itself.</summary>
    /// <param name="NextAttempt">When.</param>
    public sealed record Lost(DateTimeOffset NextAttempt) : ConnectionState;

    /// <summary>The server refused; trying again by itself would not help.</summary>
    /// <param name="Reason">Its words.</param>
    public sealed record Refused(string Reason) : ConnectionState;
}
