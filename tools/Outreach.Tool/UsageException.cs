namespace Outreach.Tool;

/// <summary>The operator must correct something before the command can run. The message is shown unchanged.</summary>
public sealed class UsageException(string message) : Exception(message);
