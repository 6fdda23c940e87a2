namespace Outreach.Server.Ledger;

/// <summary>What a replay of facts computes: some views, and perhaps the index and the promises. The rest stays as it is.</summary>
internal sealed class ProjectionScope(IEnumerable<View> views, bool includesIndex)
{
    private readonly HashSet<View> views = new(views, ReferenceEqualityComparer.Instance);

    public IReadOnlyCollection<View> Views => views;

    /// <summary>True if the index of segments, the keys and the promises are computed too.</summary>
    public bool IncludesIndex => includesIndex;

    public bool IsEmpty => views.Count == 0 && !includesIndex;

    public bool Includes(View view) => views.Contains(view);

    /// <summary>True if facts of these streams contribute anything to it.</summary>
    public bool Covers(IStreamDefinition definition) => includesIndex || definition.Views.Any(views.Contains);
}
