using Grpc.Core;

namespace Outreach.Tool.Import.Sending;

/// <summary>Creates things one by one, each after a look whether the server has it.</summary>
/// <param name="find">Finds what the server has under the id of a record; null if nothing.</param>
/// <param name="differences">Names the fields in which a record differs from what was found.</param>
/// <param name="create">Creates a record.</param>
/// <param name="dryRun">True if nothing is to be created.</param>
internal sealed class RowSender<TRecord, TExisting>(
    Func<TRecord, Task<TExisting?>> find, Func<TRecord, TExisting, IReadOnlyList<string>> differences, Func<TRecord, Task> create, bool dryRun)
    where TRecord : class
    where TExisting : class
{
    /// <summary>Creates the record of a row unless it exists. One that differs from it is not changed.</summary>
    public async Task<RowResult> SendAsync(PlannedRow<TRecord> row, string id)
    {
        try
        {
            if (await find(row.Record!) is { } existing)
            {
                return differences(row.Record!, existing) is { Count: > 0 } differing
                    ? RowResult.Existing(row, RowStatus.Different, id, $"it exists with another {string.Join(", ", differing)}; change it in the program, or the file")
                    : RowResult.Imported(row, id, existedBefore: true);
            }
            if (!dryRun)
                await create(row.Record!);
            return RowResult.Imported(row, id, existedBefore: false);
        }
        catch (RpcException failure) when (FailureMessage.ConcernsOneRecord(failure))
        {
            return RowResult.Rejected(row, id, FailureMessage.ForRow(failure));
        }
    }
}

/// <summary>What the senders share.</summary>
internal static class Lookup
{
    /// <summary>What a call finds; null if the server does not have it.</summary>
    public static async Task<TFound?> FindAsync<TFound>(Func<Task<TFound>> get)
        where TFound : class
    {
        try
        {
            return await get();
        }
        catch (RpcException failure) when (failure.StatusCode is StatusCode.NotFound or StatusCode.InvalidArgument)
        {
            return null;
        }
    }

    /// <summary>The names of the fields whose values differ.</summary>
    public static IReadOnlyList<string> Differing(params (string Name, object? Row, object? Existing)[] fields) =>
        [.. fields.Where(f => !Equals(f.Row, f.Existing)).Select(f => f.Name)];
}
