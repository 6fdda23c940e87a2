namespace Outreach.Web.Reports;

/// <summary>How the screen stands with the server.</summary>
public abstract record Link
{
    private Link()
    {
    }

    /// <summary>The first attempt is under way.</summary>
    public sealed record Connecting : Link;

    /// <summary>Changes arrive as they are recorded.</summary>
    /// <param name="BySite">Whether figures are split by site; false where there are too many for that.</param>
    public sealed record Live(bool BySite) : Link;

    /// <summary>The server cannot be reached; it is tried again by itself.</summary>
    /// <param name="NextAttempt">When.</param>
    public sealed record Lost(DateTimeOffset NextAttempt) : Link;

    /// <summary>The server refused; trying again by itself would not help.</summary>
    /// <param name="Reason">Its words.</param>
    public sealed record Refused(string Reason) : Link;
}
