using Outreach.Server.Ledger;

namespace Outreach.Server.Tests.Ledger;

/// <summary>Followers learn when the feed fails, because they may have missed commits.</summary>
public sealed class FeedTests
{
    [Fact]
    public async Task A_follower_fails_when_the_feed_breaks_and_can_follow_again()
    {
        var feed = new CommitFeed(null!);
        for (var attempt = 0; attempt < 2; attempt++)
        {
            var following = feed.FollowAsync(0, TestContext.Current.CancellationToken).FirstAsync(TestContext.Current.CancellationToken).AsTask();
            Assert.False(following.IsCompleted);

            feed.FailWaiters(new StoreUnavailableException("The store is unavailable."));

            await Assert.ThrowsAsync<StoreUnavailableException>(() => following);
        }
    }
}
