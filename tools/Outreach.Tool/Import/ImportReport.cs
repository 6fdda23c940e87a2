namespace Outreach.Tool.Import;

/// <summary>What became of a file.</summary>
/// <param name="File">Its name.</param>
/// <param name="Rows">What became of each row, in the order of the file: every row is here once.</param>
public sealed record ImportReport(string File, IReadOnlyList<RowResult> Rows)
{
    /// <summary>What holds for the whole file: what was detected, columns that are not used, sites that were created.</summary>
    public IReadOnlyList<string> FileNotes { get; init; } = [];

    /// <summary>Sums over the rows that count, each with its name.</summary>
    public IReadOnlyList<(string Of, long Sum)> Sums { get; init; } = [];

    /// <summary>What ended the import before every row was answered; null if nothing did.</summary>
    public Exception? StoppedBy { get; init; }

    /// <summary>True if nothing was sent.</summary>
    public bool DryRun { get; init; }

    /// <summary>True if a row did not come in, or differs from what the server has.</summary>
    public bool HasFindings => Rows.Any(r => r.Status is RowStatus.Rejected or RowStatus.Different);

    /// <summary>How many rows have a status.</summary>
    public int Count(RowStatus status) => Rows.Count(r => r.Status == status);

    /// <summary>How many rows with a status the server had before.</summary>
    public int CountExisting(RowStatus status) => Rows.Count(r => r.Status == status && r.ExistedBefore);

    /// <summary>Each note and reason with the rows it is about, the most frequent first.</summary>
    public IEnumerable<(string Text, IReadOnlyList<int> Rows)> RowsByNote(RowStatus status) =>
        Rows.Where(r => r.Status == status)
            .SelectMany(r => r.Reasons.Concat(r.Notes).Select(text => (text, r.RowNumber)))
            .GroupBy(n => n.text, n => n.RowNumber)
            .OrderByDescending(g => g.Count())
            .Select(g => (g.Key, (IReadOnlyList<int>)[.. g.Distinct()]));
}
