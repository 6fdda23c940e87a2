using Outreach.Server.Ledger;

namespace Outreach.Server.Tests.Ledger;

/// <summary>Who relies on hearing of every change hears also that there may be some nobody can tell of.</summary>
public sealed class FeedTests
{
    [Fact]
    public async Task A_follower_fails_when_the_feed_breaks_and_can_follow_again()
    {
        var feed = new Feed(null!);
        for (var times = 0; times < 2; times++)
        {
            var following = feed.FollowAsync(0, TestContext.Current.CancellationToken).FirstAsync(TestContext.Current.CancellationToken).AsTask();
            Assert.False(following.IsCompleted);

            feed.FailWaiters(new StoreUnavailableException("Away."));

            await Assert.ThrowsAsync<StoreUnavailableException>(() => following);
        }
    }
}
