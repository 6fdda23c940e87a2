namespace Outreach.Tool.Bench.Load;

/// <summary>The server failed under load: a call failed, an answer was wrong, or the totals differ from what was acknowledged.</summary>
internal sealed class LoadFailedException(string message) : Exception(message);
