namespace Outreach.Web.Shell.Sessions;

/// <summary>How a browser stands with the server: who is signed in, if anybody is.</summary>
public abstract record SessionStatus
{
    private SessionStatus()
    {
    }

    /// <summary>It is being found out.</summary>
    /// <param name="NextAttempt">When the server is asked again, where it could not be reached; otherwise null.</param>
    public sealed record Starting(DateTimeOffset? NextAttempt) : SessionStatus;

    /// <summary>Somebody is.</summary>
    /// <param name="User">Who.</param>
    public sealed record SignedIn(CurrentUser User) : SessionStatus;

    /// <summary>Nobody is.</summary>
    /// <param name="Reason">A sentence that says why not any more; empty where nobody was.</param>
    public sealed record SignedOut(string Reason) : SessionStatus;
}
