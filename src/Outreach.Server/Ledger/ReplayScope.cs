namespace Outreach.Server.Ledger;

/// <summary>What a replay computes: some views, and optionally the index and the promises. Everything else is left unchanged.</summary>
internal sealed class ReplayScope(IEnumerable<View> views, bool includesIndex)
{
    private readonly HashSet<View> views = new(views, ReferenceEqualityComparer.Instance);

    public IReadOnlyCollection<View> Views => views;

    /// <summary>True if the index of segments, the keys and the promises are computed too.</summary>
    public bool IncludesIndex => includesIndex;

    public bool IsEmpty => views.Count == 0 && !includesIndex;

    public bool Includes(View view) => views.Contains(view);

    /// <summary>True if events of these streams contribute anything to the scope.</summary>
    public bool Covers(IStreamDefinition definition) => includesIndex || definition.Views.Any(views.Contains);
}
