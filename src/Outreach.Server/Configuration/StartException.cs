namespace Outreach.Server.Configuration;

/// <summary>The server cannot start, for a reason that the operator can fix.</summary>
public sealed class StartException(string message, Exception? inner = null) : Exception(message, inner);
