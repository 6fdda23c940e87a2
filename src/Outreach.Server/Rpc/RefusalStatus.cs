using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Outreach.Domain.Recording;

namespace Outreach.Server.Rpc;

/// <summary>Maps every error to its gRPC status. No other code does that.</summary>
internal static class RefusalStatus
{
    /// <summary>The domain of <c>ErrorInfo</c> in this product's errors.</summary>
    private const string Domain = "outreach";

    public static RpcException From(Refusal refusal)
    {
        var info = new ErrorInfo { Reason = refusal.Code, Domain = Domain };
        return refusal.RetryAfter is { } wait
            ? Status(GetCode(refusal.Kind), refusal.Message, info, new RetryInfo { RetryDelay = Duration.FromTimeSpan(wait.ToTimeSpan()) })
            : Status(GetCode(refusal.Kind), refusal.Message, info);
    }

    public static RpcException From(InvalidRequestException invalid)
    {
        var bad = new BadRequest();
        foreach (var (field, description) in invalid.Violations)
            bad.FieldViolations.Add(new BadRequest.Types.FieldViolation { Field = field, Description = description });
        return Status(Code.InvalidArgument, invalid.Message, bad);
    }

    public static RpcException InvalidArgument(string message) => Status(Code.InvalidArgument, message);

    public static RpcException Unavailable(string message) => Status(Code.Unavailable, message);

    public static RpcException Aborted(string message) => Status(Code.Aborted, message);

    public static RpcException ResourceExhausted(string message) => Status(Code.ResourceExhausted, message);

    /// <param name="message">The message.</param>
    /// <param name="retryAfter">How long the client should wait before it tries again.</param>
    public static RpcException ResourceExhausted(string message, TimeSpan retryAfter) =>
        Status(Code.ResourceExhausted, message, new RetryInfo { RetryDelay = Duration.FromTimeSpan(retryAfter) });

    public static RpcException DeadlineExceeded(string message) => Status(Code.DeadlineExceeded, message);

    public static RpcException Internal(string traceId) =>
        Status(Code.Internal, $"Something went wrong on the server. It is in the server's log as {traceId}.");

    private static Code GetCode(RefusalKind kind) => kind switch
    {
        RefusalKind.NotFound => Code.NotFound,
        RefusalKind.AlreadyExists => Code.AlreadyExists,
        RefusalKind.FailedPrecondition => Code.FailedPrecondition,
        RefusalKind.Stale => Code.Aborted,
        RefusalKind.LimitExceeded => Code.ResourceExhausted,
        RefusalKind.Unauthenticated => Code.Unauthenticated,
        RefusalKind.Forbidden => Code.PermissionDenied,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Unknown kind of refusal."),
    };

    private static RpcException Status(Code code, string message, params Google.Protobuf.IMessage[] details)
    {
        var status = new Google.Rpc.Status { Code = (int)code, Message = message };
        foreach (var detail in details)
            status.Details.Add(Any.Pack(detail));
        return status.ToRpcException();
    }
}
