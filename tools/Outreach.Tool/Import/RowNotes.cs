using Outreach.Protocol.Encounters.V1;

namespace Outreach.Tool.Import;

/// <summary>
/// Gathers notes about a row. A note names a column and a reason. It repeats no words from the row, which could be about a person; a
/// number of up to six digits may be repeated.
/// </summary>
public sealed class RowNotes
{
    private readonly List<string> found = [];

    /// <summary>The notes so far.</summary>
    public IReadOnlyList<string> All => found;

    /// <summary>Adds one.</summary>
    public void Add(string column, string why) => found.Add($"{column}: {why}");

    /// <summary>Adds one that is not about a column.</summary>
    public void Add(string note) => found.Add(note);

    /// <summary>The notes as remarks of a provenance, within its limits; the last counts those that do not fit.</summary>
    public static IEnumerable<string> AsRemarks(IReadOnlyList<string> notes)
    {
        var fitting = notes.Count <= MaxRemarks
            ? notes
            : [.. notes.Take(MaxRemarks - 1), $"and {notes.Count - MaxRemarks + 1} more, in the import's report"];
        return fitting.Select(n => n.Length <= MaxRemarkLength ? n : n[..(MaxRemarkLength - 1)] + "…");
    }

    /// <summary>The most remarks a <see cref="Provenance"/> holds.</summary>
    public const int MaxRemarks = 20;

    /// <summary>The most characters of one.</summary>
    public const int MaxRemarkLength = 200;
}
