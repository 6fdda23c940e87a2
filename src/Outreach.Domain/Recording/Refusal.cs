using NodaTime;

namespace Outreach.Domain.Recording;

/// <summary>The refusal of a request by a rule. It is an expected result, and so a value and not an exception.</summary>
/// <param name="Kind">The kind, which determines the status that the caller gets.</param>
/// <param name="Code">The reason in upper case, for programs, for example <c>ENCOUNTER_VOIDED</c>.</param>
/// <param name="Message">The reason for people: what was requested and what was found.</param>
public sealed record Refusal(RefusalKind Kind, string Code, string Message)
{
    public static Refusal NotFound(string code, string message) => new(RefusalKind.NotFound, code, message);

    public static Refusal AlreadyExists(string code, string message) => new(RefusalKind.AlreadyExists, code, message);

    /// <summary>The refusal <c>REQUEST_ID_TAKEN</c>: the id was used for another request.</summary>
    public static Refusal RequestIdTaken(Guid requestId) =>
        AlreadyExists("REQUEST_ID_TAKEN", $"Request {requestId} was already made with different content.");

    public static Refusal FailedPrecondition(string code, string message) => new(RefusalKind.FailedPrecondition, code, message);

    public static Refusal Stale(string code, string message) => new(RefusalKind.Stale, code, message);

    public static Refusal LimitExceeded(string code, string message) => new(RefusalKind.LimitExceeded, code, message);

    public static Refusal Unauthenticated(string code, string message) => new(RefusalKind.Unauthenticated, code, message);

    public static Refusal Forbidden(string code, string message) => new(RefusalKind.Forbidden, code, message);

    /// <summary>How long to wait before trying again; null if waiting does not help.</summary>
    public Duration? RetryAfter { get; init; }
}

/// <summary>Kinds of refusal.</summary>
public enum RefusalKind
{
    /// <summary>It does not exist, or this caller may not see it.</summary>
    NotFound,

    /// <summary>The id exists with different content.</summary>
    AlreadyExists,

    /// <summary>A rule refuses it in the current state.</summary>
    FailedPrecondition,

    /// <summary>The caller read an older version.</summary>
    Stale,

    /// <summary>A stated limit is reached.</summary>
    LimitExceeded,

    /// <summary>The caller is not authenticated.</summary>
    Unauthenticated,

    /// <summary>The caller has no role that allows it.</summary>
    Forbidden,
}
