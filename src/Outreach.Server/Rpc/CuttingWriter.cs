using Grpc.Core;

namespace Outreach.Server.Rpc;

/// <summary>Writes to a caller, and cuts off one that does not read: what waits for it takes memory that others need.</summary>
internal sealed class CuttingWriter<T>(IServerStreamWriter<T> responses, ServerCallContext call, TimeProvider time) : IServerStreamWriter<T>
{
    /// <summary>How long a caller may take to make room for a response.</summary>
    public static readonly TimeSpan MostWait = TimeSpan.FromMinutes(1);

    public WriteOptions? WriteOptions
    {
        get => responses.WriteOptions;
        set => responses.WriteOptions = value;
    }

    public Task WriteAsync(T message) => WriteAsync(message, CancellationToken.None);

    public Task WriteAsync(T message, CancellationToken cancellationToken)
    {
        var writing = responses.WriteAsync(message, cancellationToken);
        return writing.IsCompletedSuccessfully ? writing : WaitAsync(writing);
    }

    private async Task WaitAsync(Task writing)
    {
        try
        {
            await writing.WaitAsync(MostWait, time);
        }
        catch (TimeoutException)
        {
            Instruments.Limited.Add(1, new KeyValuePair<string, object?>("limit", "reading"));
            call.GetHttpContext().Abort();
            throw new OperationCanceledException("The caller did not read.");
        }
    }
}
