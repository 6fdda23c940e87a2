using Outreach.Tool.Import;

namespace Outreach.Server.Tests.Tool;

public class RowNotesTests
{
    [Fact]
    public void Twenty_notes_are_twenty_remarks() => Assert.Equal(20, RowNotes.AsRemarks([.. Enumerable.Repeat("x", 20)]).Count());

    [Fact]
    public void The_last_remark_counts_the_notes_that_are_left_out()
    {
        var remarks = RowNotes.AsRemarks([.. Enumerable.Range(1, 23).Select(i => $"note {i}")]).ToList();
        Assert.Equal(20, remarks.Count);
        Assert.Equal("and 4 more, in the import's report", remarks[^1]);
    }

    [Fact]
    public void A_long_note_is_cut_to_two_hundred_characters()
    {
        var remark = RowNotes.AsRemarks([new string('x', 201)]).Single();
        Assert.Equal(200, remark.Length);
        Assert.EndsWith("…", remark, StringComparison.Ordinal);
    }
}
