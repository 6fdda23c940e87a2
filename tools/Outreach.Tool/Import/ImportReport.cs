namespace Outreach.Tool.Import;

/// <summary>What became of a file.</summary>
/// <param name="File">Its name.</param>
/// <param name="Rows">What became of each row, in the order of the file: every row is here once.</param>
public sealed record ImportReport(string File, IReadOnlyList<RowResult> Rows)
{
    /// <summary>What holds for the whole file: columns that are not counted, sites that were made, remarks with every record.</summary>
    public IReadOnlyList<string> FileNotes { get; init; } = [];

    /// <summary>Sums over the rows that count, each with what it is a sum of.</summary>
    public IReadOnlyList<(string Of, long Sum)> Sums { get; init; } = [];

    /// <summary>What ended the import before every row was answered; null where nothing did.</summary>
    public Exception? StoppedBy { get; init; }

    /// <summary>Whether nothing was sent.</summary>
    public bool DryRun { get; init; }

    /// <summary>How many rows are of a class.</summary>
    public int Count(RowStatus rows) => Rows.Count(r => r.Status == rows);

    /// <summary>How many rows of a class the server had before.</summary>
    public int CountExisting(RowStatus rows) => Rows.Count(r => r.Status == rows && r.ExistedBefore);

    /// <summary>Each note and reason with the rows it is about, the most frequent first.</summary>
    public IEnumerable<(string Text, IReadOnlyList<int> Rows)> RowsByNote(RowStatus rows) =>
        Rows.Where(r => r.Status == rows)
            .SelectMany(r => r.Reasons.Concat(r.Notes).Select(text => (text, r.RowNumber)))
            .GroupBy(n => n.text, n => n.RowNumber)
            .OrderByDescending(g => g.Count())
            .Select(g => (g.Key, (IReadOnlyList<int>)[.. g.Distinct()]));
}
