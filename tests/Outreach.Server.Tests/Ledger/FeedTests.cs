using Outreach.Server.Ledger;

namespace Outreach.Server.Tests.Ledger;

/// <summary>Who relies on hearing of every change hears also that there may be some nobody can tell of.</summary>
public sealed class FeedTests
{
    [Fact]
    public async Task A_follower_is_told_when_commits_of_others_cannot_be_seen_and_follows_again()
    {
        var feed = new Feed(null!);
        for (var times = 0; times < 2; times++)
        {
            var following = feed.FollowAsync(0, TestContext.Current.CancellationToken).FirstAsync(TestContext.Current.CancellationToken).AsTask();
            Assert.False(following.IsCompleted);

            feed.Break(new StoreUnavailableException("Away."));

            await Assert.ThrowsAsync<StoreUnavailableException>(() => following);
        }
    }
}
