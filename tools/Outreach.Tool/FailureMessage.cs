using Google.Rpc;
using Grpc.Core;

namespace Outreach.Tool;

/// <summary>Describes a failed call to the operator.</summary>
public static class FailureMessage
{
    /// <summary>Returns a sentence, followed by one line for each invalid field.</summary>
    public static string Format(RpcException failure, Uri server) =>
        string.Join(Environment.NewLine, [Summary(failure, server), .. Violations(failure).Select(v => $"  {v}")]);

    /// <summary>Describes the failure of one imported row, on one line and without the server's address.</summary>
    public static string ForRow(RpcException failure) =>
        Violations(failure) is { Count: > 0 } found ? string.Join(" ", found) : failure.Status.Detail;

    /// <summary>True if a failure is about the one record that was sent, so that others can still be sent.</summary>
    public static bool ConcernsOneRecord(RpcException failure) => failure.StatusCode is StatusCode.InvalidArgument or StatusCode.AlreadyExists
        or StatusCode.NotFound or StatusCode.FailedPrecondition or StatusCode.PermissionDenied;

    private static string Summary(RpcException failure, Uri server) => failure.StatusCode switch
    {
        StatusCode.Unavailable when failure.Status.DebugException is null => $"The server at {server} cannot do this now: {failure.Status.Detail}",
        StatusCode.Unavailable => $"The server at {server} cannot be reached ({Cause(failure)}). Is it running, and is --server right?",
        StatusCode.InvalidArgument => $"The server could not read the request: {failure.Status.Detail}",
        StatusCode.NotFound => $"Not found: {failure.Status.Detail}",
        StatusCode.AlreadyExists => $"It already exists: {failure.Status.Detail}",
        StatusCode.FailedPrecondition => $"The server refused: {failure.Status.Detail}",
        StatusCode.Aborted => $"Somebody else made a change at the same time: {failure.Status.Detail} Run the command again.",
        StatusCode.ResourceExhausted => $"A limit has been reached: {failure.Status.Detail}",
        StatusCode.Unauthenticated => $"{UnauthenticatedText(failure, server)} {SignInInstructions(server)}",
        StatusCode.PermissionDenied => $"The server does not allow it: {failure.Status.Detail}",
        StatusCode.Unimplemented => $"The server at {server} does not support this call. It may be an older version or another program.",
        StatusCode.DeadlineExceeded => $"The server at {server} did not answer in time.",
        StatusCode.Cancelled => $"The server at {server} cancelled the call: {failure.Status.Detail}",
        _ => $"The server reported an error ({failure.StatusCode}): {failure.Status.Detail}",
    };

    private static string UnauthenticatedText(RpcException failure, Uri server) =>
        failure.GetRpcStatus()?.GetDetail<ErrorInfo>()?.Reason == "TOKEN_MISSING"
            ? $"Nobody is signed in at {server}."
            : $"The server at {server} did not accept the sign-in: {failure.Status.Detail}";

    private static string SignInInstructions(Uri server) =>
        $"Sign in with: outreach login --server {server} --code XXXXX-XXXXX. "
        + "An administrator can create a code with: outreach people code PERSON.";

    // The innermost exception names the real cause, for example "Connection refused".
    private static string Cause(RpcException failure) => failure.Status.DebugException?.GetBaseException().Message ?? failure.Status.Detail;

    private static List<string> Violations(RpcException failure) =>
        failure.GetRpcStatus()?.GetDetail<BadRequest>() is { } bad
            ? [.. bad.FieldViolations.Select(v => $"{v.Field}: {v.Description}")]
            : [];
}
