using Google.Rpc;
using Grpc.Core;

namespace Outreach.Server.Tests;

/// <summary>Assertions about failed calls.</summary>
internal static class RpcAssert
{
    /// <summary>Asserts that a call fails with a status and a reason.</summary>
    public static async Task RefusedAsync(StatusCode status, string reason, Func<Task> call)
    {
        var failure = await Assert.ThrowsAsync<RpcException>(call);
        Assert.Equal((status, reason), (failure.StatusCode, failure.GetRpcStatus()?.GetDetail<ErrorInfo>()?.Reason));
    }

    /// <summary>Asserts that a call fails with INVALID_ARGUMENT and names exactly these fields.</summary>
    public static async Task InvalidAsync(IEnumerable<string> fields, Func<Task> call)
    {
        var failure = await Assert.ThrowsAsync<RpcException>(call);
        Assert.Equal(StatusCode.InvalidArgument, failure.StatusCode);
        Assert.Equal(fields, failure.GetRpcStatus()!.GetDetail<BadRequest>().FieldViolations.Select(violation => violation.Field));
    }
}
