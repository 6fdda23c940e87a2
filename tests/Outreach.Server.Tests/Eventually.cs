namespace Outreach.Server.Tests;

/// <summary>For what the product promises to happen soon, not at once.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    /// <summary>Asks again and again until it holds, and fails when it still does not after a time far beyond what is promised.</summary>
    public static async Task AssertAsync(Func<Task<bool>> holds)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (!await holds())
        {
            Assert.False(limit.IsCancellationRequested, $"It does not hold after {Limit}.");
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
    }
}
