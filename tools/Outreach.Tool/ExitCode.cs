namespace Outreach.Tool;

/// <summary>How the tool ends.</summary>
public static class ExitCode
{
    /// <summary>All that was asked for was done.</summary>
    public const int Success = 0;

    /// <summary>It was done, and something is wrong: rows not taken, findings, a refusal.</summary>
    public const int Findings = 1;

    /// <summary>It was not tried: a bad argument, mapping or file.</summary>
    public const int Usage = 2;

    /// <summary>The server could not be reached.</summary>
    public const int Unreachable = 3;

    /// <summary>Nobody is signed in at the server, or not any more.</summary>
    public const int SignedOut = 4;

    /// <summary>Ctrl+C or a signal ended it.</summary>
    public const int Interrupted = 130;
}

/// <summary>Something the operator has to set right before the tool can start. The message is shown as it is.</summary>
public sealed class UsageException(string message) : Exception(message);
