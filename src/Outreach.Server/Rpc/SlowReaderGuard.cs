using Grpc.Core;

namespace Outreach.Server.Rpc;

/// <summary>Aborts a call if its client does not read the responses, because waiting responses take memory.</summary>
internal sealed class SlowReaderGuard<T>(IServerStreamWriter<T> responses, ServerCallContext call, TimeProvider time) : IServerStreamWriter<T>
{
    /// <summary>The longest time to write one response.</summary>
    public static readonly TimeSpan WriteTimeout = TimeSpan.FromMinutes(1);

    /// <summary>The longest time to write the last response once the call is cancelled.</summary>
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
        // Without the token, because the framework would then abort the call without a status.
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
            throw new OperationCanceledException("The client did not read its responses.");
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
