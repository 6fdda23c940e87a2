namespace Outreach.Web.Shell.Kit;

/// <summary>Formats times for the screen.</summary>
public static class TimeText
{
    /// <summary>How long ago something was, "5 minutes ago".</summary>
    public static string Ago(DateTimeOffset then, DateTimeOffset now) => (now - then) switch
    {
        { TotalMinutes: < 1 } => "just now",
        { TotalHours: < 1 } passed => $"{DisplayFormat.Count((long)passed.TotalMinutes, "minute", "minutes")} ago",
        { TotalDays: < 1 } passed => $"{DisplayFormat.Count((long)passed.TotalHours, "hour", "hours")} ago",
        var passed => $"{DisplayFormat.Count((long)passed.TotalDays, "day", "days")} ago",
    };
}
