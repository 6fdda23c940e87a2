using NodaTime;

namespace Outreach.Domain.Recording;

/// <summary>A rule's "no". It is expected, and so a value and not an exception.</summary>
/// <param name="Kind">It decides the status that a caller sees.</param>
/// <param name="Code">The reason in capitals, for machines, for example <c>ENCOUNTER_VOIDED</c>.</param>
/// <param name="Message">For people: the thing, what was asked and what was found.</param>
public sealed record Refusal(RefusalKind Kind, string Code, string Message)
{
    public static Refusal NotFound(string code, string message) => new(RefusalKind.NotFound, code, message);

    public static Refusal AlreadyExists(string code, string message) => new(RefusalKind.AlreadyExists, code, message);

    /// <summary>REQUEST_ID_TAKEN: the id was used for another request.</summary>
    public static Refusal RequestIdTaken(Guid requestId) =>
        AlreadyExists("REQUEST_ID_TAKEN", $"Request {requestId} was made before with another content.");

    public static Refusal FailedPrecondition(string code, string message) => new(RefusalKind.FailedPrecondition, code, message);

    public static Refusal Stale(string code, string message) => new(RefusalKind.Stale, code, message);

    public static Refusal LimitExceeded(string code, string message) => new(RefusalKind.LimitExceeded, code, message);

    public static Refusal Unauthenticated(string code, string message) => new(RefusalKind.Unauthenticated, code, message);

    public static Refusal Forbidden(string code, string message) => new(RefusalKind.Forbidden, code, message);

    /// <summary>When to try again; null where waiting does not help.</summary>
    public Duration? RetryAfter { get; init; }
}

/// <summary>Kinds of refusal.</summary>
public enum RefusalKind
{
    /// <summary>There is no such thing, or not for this caller.</summary>
    NotFound,

    /// <summary>The same id with other content is there already.</summary>
    AlreadyExists,

    /// <summary>A rule says no in the present state.</summary>
    FailedPrecondition,

    /// <summary>The caller knows an older state.</summary>
    Stale,

    /// <summary>A stated limit is reached.</summary>
    LimitExceeded,

    /// <summary>The caller is not authenticated.</summary>
    Unauthenticated,

    /// <summary>The caller has no role that may.</summary>
    Forbidden,
}
