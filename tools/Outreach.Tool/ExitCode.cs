namespace Outreach.Tool;

/// <summary>The exit codes of the tool.</summary>
public static class ExitCode
{
    /// <summary>The command succeeded.</summary>
    public const int Success = 0;

    /// <summary>The command ran and reported problems: rejected rows, findings of a check, or a refusal.</summary>
    public const int Findings = 1;

    /// <summary>The command did not start, because an argument, a mapping or a file is invalid.</summary>
    public const int Usage = 2;

    /// <summary>The server cannot be reached.</summary>
    public const int Unreachable = 3;

    /// <summary>Nobody is signed in at the server, or the session has ended.</summary>
    public const int SignedOut = 4;

    /// <summary>Ctrl+C or a signal stopped the command.</summary>
    public const int Interrupted = 130;
}
