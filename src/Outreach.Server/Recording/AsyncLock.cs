namespace Outreach.Server.Recording;

/// <summary>Lets one caller of a grain in at a time, in the order in which they came. Not thread-safe: a grain runs one turn at a time.</summary>
internal sealed class AsyncLock
{
    private Task last = Task.CompletedTask;

    /// <summary>Waits for those who came before; the next is let in when the scope is disposed.</summary>
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
