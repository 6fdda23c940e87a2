namespace Outreach.Web.Shell.Sessions;

/// <summary>Whether somebody is signed in, and who.</summary>
public abstract record SessionStatus
{
    private SessionStatus()
    {
    }

    /// <summary>Not known yet: the application is starting.</summary>
    /// <param name="NextAttempt">When the server is called again after it could not be reached; otherwise null.</param>
    public sealed record Starting(DateTimeOffset? NextAttempt) : SessionStatus;

    /// <summary>Somebody is signed in.</summary>
    /// <param name="User">The user.</param>
    public sealed record SignedIn(CurrentUser User) : SessionStatus;

    /// <summary>Nobody is signed in.</summary>
    /// <param name="Reason">A sentence that says why the session ended; empty if there was none.</param>
    public sealed record SignedOut(string Reason) : SessionStatus;
}
