namespace Outreach.Tool.Bench.Load;

/// <summary>The server did not do what it must: a call failed, an answer was wrong, or what it counts is not what it acknowledged.</summary>
internal sealed class LoadFailedException(string message) : Exception(message);
