using Grpc.Core;

namespace Outreach.Server.Rpc;

/// <summary>Writes to a caller, and cuts off one that does not read: what waits for it takes memory that others need.</summary>
internal sealed class SlowReaderGuard<T>(IServerStreamWriter<T> responses, ServerCallContext call, TimeProvider time) : IServerStreamWriter<T>
{
    /// <summary>How long a caller may take to make room for a response.</summary>
    public static readonly TimeSpan WriteTimeout = TimeSpan.FromMinutes(1);

    /// <summary>How long a response that is on its way may take where the call is to end.</summary>
    private static readonly TimeSpan FinalWriteTimeout = TimeSpan.FromSeconds(2);

    public WriteOptions? WriteOptions
    {
        get => responses.WriteOptions;
        set => responses.WriteOptions = value;
    }

    public Task WriteAsync(T message) => WriteAsync(message, CancellationToken.None);

    public Task WriteAsync(T message, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled(cancellationToken);
        // Not with the token: the framework would break the call off, and the caller would not be told why it ends.
        var writing = responses.WriteAsync(message, CancellationToken.None);
        return writing.IsCompletedSuccessfully ? writing : WaitForWriteAsync(writing, cancellationToken);
    }

    private async Task WaitForWriteAsync(Task writing, CancellationToken cancel)
    {
        try
        {
            await writing.WaitAsync(WriteTimeout, time, cancel);
        }
        catch (TimeoutException)
        {
            Abort();
            throw new OperationCanceledException("The caller did not read.");
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            await writing.WaitAsync(FinalWriteTimeout, time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!writing.IsCompleted)
                Abort();
            throw;
        }
    }

    private void Abort()
    {
        Instruments.LimitedCalls.Add(1, new KeyValuePair<string, object?>("limit", "reading"));
        call.GetHttpContext().Abort();
    }
}
