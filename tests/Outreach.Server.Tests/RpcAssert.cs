using Google.Rpc;
using Grpc.Core;

namespace Outreach.Server.Tests;

/// <summary>What a call answers when it says no.</summary>
internal static class RpcAssert
{
    /// <summary>Asserts the status and the reason of a refusal.</summary>
    public static async Task RefusedAsync(StatusCode status, string reason, Func<Task> call)
    {
        var refused = await Assert.ThrowsAsync<RpcException>(call);
        Assert.Equal((status, reason), (refused.StatusCode, refused.GetRpcStatus()?.GetDetail<ErrorInfo>()?.Reason));
    }

    /// <summary>Asserts that a request was malformed, in these fields.</summary>
    public static async Task InvalidAsync(IEnumerable<string> fields, Func<Task> call)
    {
        var refused = await Assert.ThrowsAsync<RpcException>(call);
        Assert.Equal(StatusCode.InvalidArgument, refused.StatusCode);
        Assert.Equal(fields, refused.GetRpcStatus()!.GetDetail<BadRequest>().FieldViolations.Select(violation => violation.Field));
    }
}
