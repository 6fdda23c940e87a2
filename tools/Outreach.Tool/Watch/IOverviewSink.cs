namespace Outreach.Tool.Watch;

/// <summary>Displays the overview.</summary>
public interface IOverviewSink : IDisposable
{
    /// <summary>Displays the current overview.</summary>
    /// <param name="overview">The overview to display.</param>
    /// <param name="warning">Why the overview may be out of date; null while the server answers.</param>
    void Show(OverviewSnapshot overview, string? warning);
}
