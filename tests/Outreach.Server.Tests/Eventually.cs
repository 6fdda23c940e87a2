namespace Outreach.Server.Tests;

/// <summary>Waits for conditions that become true eventually, not immediately.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(90);

    /// <summary>Checks a condition until it is true. Fails after a time far longer than the product allows.</summary>
    public static async Task AssertAsync(Func<Task<bool>> condition)
    {
        using var timeout = new CancellationTokenSource(Timeout);
        while (!await condition())
        {
            Assert.False(timeout.IsCancellationRequested, $"The condition was still false after {Timeout}.");
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
    }
}
