using Outreach.Server.Ledger.Stores;

namespace Outreach.Server.Tests.Ledger;

public sealed class LastCommitFileTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("outreach-last-commit-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void It_returns_what_was_written_last()
    {
        using (var file = new LastCommitFile(folder))
        {
            Assert.Null(file.Read());
            for (var position = 1; position <= 3; position++)
                file.Write(Commit(position));
        }

        AssertPosition(3);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(40)]
    [InlineData(95)]
    public void A_write_that_was_cut_off_leaves_the_commit_before_it(int cutAt)
    {
        using (var file = new LastCommitFile(folder))
        {
            file.Write(Commit(6));
            file.Write(Commit(7));
        }

        Change(stream =>
        {
            stream.Position = 4_096 + cutAt;
            stream.WriteByte(0xff);
        });
        AssertPosition(6);
    }

    [Fact]
    public void A_file_that_is_gone_empty_or_damaged_holds_nothing()
    {
        using (var file = new LastCommitFile(folder))
            file.Write(Commit(6));
        Change(stream => stream.SetLength(10));
        using (var file = new LastCommitFile(folder))
            Assert.Null(file.Read());
        File.Delete(PathOf());
        using var anew = new LastCommitFile(folder);
        Assert.Null(anew.Read());
    }

    [Fact]
    public void An_earlier_commit_follows_only_when_the_file_is_cleared()
    {
        using (var file = new LastCommitFile(folder))
        {
            file.Write(Commit(9));
            file.Write(Commit(4));
        }

        AssertPosition(9);
        using (var file = new LastCommitFile(folder))
        {
            file.Clear();
            file.Write(Commit(4));
        }

        AssertPosition(4);
    }

    private static LastCommit Commit(long position) => new(position, position * 10, position * 100, LastCommit.ComputeHash([(byte)position]));

    private string PathOf() => Path.Combine(folder, LastCommitFile.Name);

    private void AssertPosition(long position)
    {
        using var file = new LastCommitFile(folder);
        Assert.Equivalent(Commit(position), file.Read());
    }

    private void Change(Action<FileStream> change)
    {
        using var stream = new FileStream(PathOf(), FileMode.Open, FileAccess.ReadWrite);
        change(stream);
    }
}
