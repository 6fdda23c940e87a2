using Google.Rpc;
using Grpc.Core;

namespace Outreach.Tool;

/// <summary>Says in one plain sentence what a failed call means, and lists what was wrong with the request.</summary>
public static class FailureMessage
{
    /// <summary>One or more lines: the sentence, then one line for each field that was wrong.</summary>
    public static string Of(RpcException failure, Uri server) =>
        string.Join(Environment.NewLine, [Summary(failure, server), .. Violations(failure).Select(v => $"  {v}")]);

    /// <summary>The same without the server's address, on one line: what became of one row.</summary>
    public static string ForRow(RpcException failure) =>
        Violations(failure) is { Count: > 0 } found ? string.Join(" ", found) : failure.Status.Detail;

    private static string Summary(RpcException failure, Uri server) => failure.StatusCode switch
    {
        StatusCode.Unavailable when failure.Status.DebugException is null => $"The server at {server} cannot do this now: {failure.Status.Detail}",
        StatusCode.Unavailable => $"The server at {server} cannot be reached ({Cause(failure)}). Is it running, and is --server right?",
        StatusCode.InvalidArgument => $"The server could not read the request: {failure.Status.Detail}",
        StatusCode.NotFound => $"There is no such thing: {failure.Status.Detail}",
        StatusCode.AlreadyExists => $"It is taken: {failure.Status.Detail}",
        StatusCode.FailedPrecondition => $"The server refused: {failure.Status.Detail}",
        StatusCode.Aborted => $"Somebody else was faster: {failure.Status.Detail} Run it again.",
        StatusCode.ResourceExhausted => $"A limit is reached: {failure.Status.Detail}",
        StatusCode.Unauthenticated => $"{UnauthenticatedText(failure, server)} {SignIn(server)}",
        StatusCode.PermissionDenied => $"The server does not allow it: {failure.Status.Detail}",
        StatusCode.Unimplemented => $"The server at {server} does not know this call. Is it an older version, or another program?",
        StatusCode.DeadlineExceeded => $"The server at {server} did not answer in time.",
        StatusCode.Cancelled => $"The server at {server} ended the call: {failure.Status.Detail}",
        _ => $"The server failed ({failure.StatusCode}): {failure.Status.Detail}",
    };

    private static string UnauthenticatedText(RpcException failure, Uri server) =>
        failure.GetRpcStatus()?.GetDetail<ErrorInfo>()?.Reason == "TOKEN_MISSING"
            ? $"Nobody is signed in at {server}."
            : $"The server at {server} does not know who calls: {failure.Status.Detail}";

    private static string SignIn(Uri server) =>
        $"Sign in with: outreach login --server {server} --code XXXXX-XXXXX. "
        + "An administrator makes a code with: outreach people code PERSON.";

    // The innermost cause is the one a person can act on: "Connection refused".
    private static string Cause(RpcException failure) => failure.Status.DebugException?.GetBaseException().Message ?? failure.Status.Detail;

    private static List<string> Violations(RpcException failure) =>
        failure.GetRpcStatus()?.GetDetail<BadRequest>() is { } bad
            ? [.. bad.FieldViolations.Select(v => $"{v.Field}: {v.Description}")]
            : [];
}
