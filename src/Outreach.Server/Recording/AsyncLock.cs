namespace Outreach.Server.Recording;

/// <summary>A lock for the interleaved calls of one grain, granted in order of arrival. Not thread-safe: a grain runs one turn at a time.</summary>
internal sealed class AsyncLock
{
    private Task last = Task.CompletedTask;

    /// <summary>Waits for earlier callers and takes the lock. Disposing the scope releases it.</summary>
    public async Task<IDisposable> AcquireAsync()
    {
        var (before, scope) = (last, new Scope());
        last = scope.Released;
        await before;
        return scope;
    }

    private sealed class Scope : IDisposable
    {
        private readonly TaskCompletionSource released = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Released => released.Task;

        public void Dispose() => released.TrySetResult();
    }
}
