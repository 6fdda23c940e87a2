using NodaTime;

namespace Outreach.Domain.Sites;

/// <summary>One site as its facts have made it.</summary>
/// <param name="Entry">The site; null before its first fact.</param>
/// <param name="AddedAs">The site as it was first added: the same request again is known by it; null before its first fact.</param>
public sealed record SiteState(SiteEntry? Entry, Site? AddedAs)
{
    /// <summary>A site before its first fact.</summary>
    public static SiteState Empty { get; } = new(null, null);

    /// <summary>The state after one more fact. Total.</summary>
    /// <param name="fact">What happened.</param>
    /// <param name="version">The fact's place in the stream.</param>
    /// <param name="recordedAt">When it was recorded.</param>
    public SiteState Apply(SiteEvent fact, long version, Instant recordedAt) =>
        new(SiteEntry.From(fact, version, recordedAt), AddedAs ?? fact.Site);
}
