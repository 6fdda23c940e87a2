using Grpc.Core;

namespace Outreach.Tool.Import.Sending;

/// <summary>Creates things with ids that people chose; creating the same again is not an error.</summary>
internal static class IdempotentCreate
{
    /// <summary>Creates the thing of a row, after looking whether it is there.</summary>
    public static async Task<RowResult> CreateForRowAsync<TRecord>(PlannedRow<TRecord> row, string id, Func<Task> get, Func<Task> create)
        where TRecord : class
    {
        try
        {
            var there = await ExistsAsync(get);
            await create();
            return RowResult.Imported(row, id, there);
        }
        catch (RpcException failure) when (failure.StatusCode is StatusCode.InvalidArgument or StatusCode.AlreadyExists)
        {
            return RowResult.Rejected(row, id, FailureMessage.ForRow(failure));
        }
    }

    /// <summary>Whether a thing is there.</summary>
    public static async Task<bool> ExistsAsync(Func<Task> get)
    {
        try
        {
            await get();
            return true;
        }
        catch (RpcException failure) when (failure.StatusCode is StatusCode.NotFound or StatusCode.InvalidArgument)
        {
            return false;
        }
    }
}
