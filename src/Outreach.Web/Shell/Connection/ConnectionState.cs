namespace Outreach.Web.Shell.Connection;

/// <summary>The state of the connection to the server.</summary>
public abstract record ConnectionState
{
    private ConnectionState()
    {
    }

    /// <summary>The first attempt is running.</summary>
    public sealed record Connecting : ConnectionState;

    /// <summary>Connected: changes arrive as they are recorded.</summary>
    /// <param name="BySite">Whether the figures are split by site; false if there are too many rows for that.</param>
    public sealed record Live(bool BySite) : ConnectionState;

    /// <summary>The server cannot be reached. Another attempt follows automatically.</summary>
    /// <param name="NextAttempt">The time of the next attempt.</param>
    public sealed record Lost(DateTimeOffset NextAttempt) : ConnectionState;

    /// <summary>The server refused the request. There is no automatic retry, because it would be refused again.</summary>
    /// <param name="Reason">The server's message.</param>
    public sealed record Refused(string Reason) : ConnectionState;
}
